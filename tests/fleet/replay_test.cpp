// The simulator answers as the recorded builders did.
#include <filesystem>
#include <fstream>

#include "fleet/fleet_process.hpp"
#include "fleet/recording.hpp"
#include "test.hpp"

using namespace fleet;

namespace {

// The sums that the recorded builds refer to.
const std::string known_sums =
    "bob present 63be9dc0012a3fd53167ff5abf6d6ea3a150a166 "
    "23723f1891beb40172e7705bd92c48b758375ca7 5e68ce2da90b353200a8bb4ff780625d9ea0f85b "
    "78a1495b988112b67dd147c1cf6c848d872815e4 31a40ad2996c66ddf6ad39e1d18a502e051215e3 "
    "ceac421d8fb62b6c06d5d51eecfb1e9a5e96e89f 3782236cfd034a74aaa47beff916025e57741521";

// A fleet with the builder bob, to whom exchanges are replayed.
class Replay {
 public:
    explicit Replay(const std::string& options, const std::vector<std::string>& fleet_options = {})
        : fleet_({"builder bob " + options, known_sums}, fleet_options) {}

    // Each step is the name of a recording, "say STATEMENT" about bob, or "await STATE".
    void run(const std::vector<std::string>& steps) {
        for (const std::string& step : steps) {
            if (step.starts_with("say "))
                fleet_.say("bob " + step.substr(4));
            else if (step.starts_with("await "))
                fleet_.await_state("bob", step.substr(6));
            else
                compare(read_recording(step));
        }
    }
    void replace(const std::string& what, const std::string& with) { replace_[what] = with; }
    Fleet& fleet() { return fleet_; }
    // A folder with two results.
    std::string results() const {
        const std::string folder = fleet_.folder() + "/results";
        std::filesystem::create_directory(folder);
        std::ofstream(folder + "/tiny_1.0_amd64.changes") << "Format: 1.8\n";
        std::ofstream(folder + "/tiny_1.0_amd64.deb") << "!<arch>\n";
        return folder;
    }

 private:
    void compare(const Recording& recording) {
        const auto answer = replay(recording, fleet_.url("bob"), replace_);
        INFO(recording.name);
        CHECK(shape_of_headers(answer.headers) == shape_of_headers(recording.answer.headers));
        CHECK(shape_of_body(answer) == shape_of_body(recording.answer));
    }

    Fleet fleet_;
    std::map<std::string, std::string> replace_;
};

}  // namespace

TEST_CASE("an idle current builder answers as recorded") {
    Replay bob("");
    bob.run({"echo", "echo-noargs", "echo-types", "echo-nil-empty", "echo-i8-untyped", "info",
             "status-idle", "status-idle-noparams-elem", "status-idle-gzip-offered"});
    bob.run({"fault-abort-idle", "fault-clean-idle", "fault-proxy_info-idle",
             "fault-status_dict-gone", "fault-nosuch-method", "system-listMethods", "fault-notxml",
             "fault-ensurepresent-one-arg", "status-idle"});
}

TEST_CASE("a build that cannot begin is refused as recorded") {
    Replay bob("");
    bob.run({"fault-build-too-few-args", "build-unknown-builder", "build-unknown-builder-debian",
             "build-unknown-sum-chroot", "build-unknown-sum-file", "fault-build-empty-id",
             "fault-build-int-id", "status-after-fault-build-int-id",
             "fault-abort-after-fault-build-int-id", "status-idle"});
}

TEST_CASE("other paths and methods get the recorded pages") {
    Replay bob("");
    bob.run({"http-post-root", "http-post-RPC2", "http-post-rpc-slash", "http-get-rpc",
             "http-get-filecache-missing", "http-get-buildlog-idle"});
}

TEST_CASE("a current builder goes from build to clean as recorded") {
    Replay bob("");
    bob.run({"say outcome OK files=" + bob.results() + " after=never", "build-accepted",
             "status-building", "fault-clean-building", "http-get-buildlog-building-private",
             "say finish", "status-waiting-ok", "fault-abort-waiting",
             "http-get-buildlog-waiting-ok", "clean-ok", "status-idle",
             "http-get-buildlog-after-clean"});
}

TEST_CASE("a build that fails ends as recorded") {
    Replay bob("");
    bob.run({"say state WAITING PACKAGEFAIL PACKAGEBUILD-1", "status-waiting-packagefail",
             "http-get-buildlog-waiting-packagefail"});
    bob.run(
        {"say state WAITING DEPFAIL PACKAGEBUILD-1 "
         "'dependencies=no-such-package-at-all (>= 2.0)'",
         "status-waiting-depfail"});
    bob.run(
        {"say state WAITING DEPFAIL PACKAGEBUILD-1 "
         "'dependencies=hello (<< 1.0), debhelper (>= 99)'",
         "status-waiting-depfail-less-than"});
    bob.run({"say state WAITING CHROOTFAIL PACKAGEBUILD-3", "status-waiting-chrootfail"});
    bob.run({"say state WAITING BUILDERFAIL PACKAGEBUILD-1", "status-waiting-builderfail"});
    bob.run({"say state WAITING GIVENBACK PACKAGEBUILD-1", "status-waiting-givenback"});
}

TEST_CASE("a build sent to a builder that builds wrecks the running job as recorded") {
    Replay bob("");
    bob.run({"build-accepted", "fault-build-while-building", "status-building-after-rejected-build",
             "http-get-buildlog-after-rejected-build", "say finish",
             "http-get-buildlog-after-rejected-build"});
    const auto state = bob.fleet().full_state("bob");
    CHECK(state.cookie == "PACKAGEBUILD-10");
    CHECK(state.builds_started == 1);
    CHECK(state.builds_wrecked == 1);
}

TEST_CASE("a build sent to a builder that waits wrecks the finished job as recorded") {
    Replay bob("");
    bob.run({"say state WAITING OK PACKAGEBUILD-1 files=" + bob.results(),
             "fault-build-while-building", "status-waiting-after-rejected-build",
             "http-get-buildlog-after-rejected-build"});
    bob.run({"say state WAITING CHROOTFAIL PACKAGEBUILD-1", "fault-build-while-waiting",
             "status-waiting-chrootfail-clobbered-id"});
}

TEST_CASE("wrong arguments wedge a current builder for ever as recorded") {
    const std::string what = GENERATE(as<std::string>(), "args-nil", "id-with-slash",
                                      "missing-series", "missing-suite", "no-dsc");
    Replay bob("");
    bob.run({"say abort-time 0", "fault-build-" + what, "status-after-fault-build-" + what,
             "abort-after-fault-build-" + what, "status-stuck-aborting-" + what});
}

TEST_CASE("an id whose build folder is still there wedges a builder") {
    Replay bob("");
    bob.run({"say folder B-6", "fault-build-id-dir-exists"});
    CHECK(bob.fleet().state("bob") == "BUILDING");
}

TEST_CASE("a current builder aborts as recorded") {
    Replay bob("");
    bob.run({"say state BUILDING PACKAGEBUILD-77", "say abort-time never", "abort-ok",
             "status-aborting", "abort-while-aborting", "fault-clean-aborting",
             "build-unknown-sum-while-aborting", "status-aborting"});
    bob.run({"say state BUILDING PACKAGEBUILD-77", "say abort-time 0", "abort-ok", "await WAITING",
             "status-waiting-aborted", "http-get-buildlog-aborted", "clean-ok", "status-idle"});
}

TEST_CASE("a builder of 2013 answers as recorded") {
    Replay bob("generation=v118");
    const std::string old = "old-v118-";
    bob.run({old + "info", old + "status-idle", old + "status_dict-idle",
             "say outcome OK after=never files=" + bob.results(), old + "build-accepted",
             old + "status-building", old + "status_dict-building", "say finish",
             old + "status-waiting-ok", old + "status_dict-waiting-ok", old + "clean-ok"});
    bob.run({"say state WAITING PACKAGEFAIL 7-42", old + "status-waiting-packagefail",
             old + "status_dict-waiting-packagefail",
             "say state WAITING DEPFAIL 7-42 dependencies=no-such-package-at-all",
             old + "status-waiting-depfail", old + "status_dict-waiting-depfail",
             "say state WAITING CHROOTFAIL 7-43", old + "status-waiting-chrootfail"});
    bob.run({"say state BUILDING 7-44", "say abort-time 200", old + "abort-ok",
             old + "status-aborting", old + "abort-while-aborting", "await WAITING",
             old + "status-after-abort", old + "clean-after-abort",
             old + "status-idle-after-abort-clean"});
}

TEST_CASE("a builder of 2011 answers as recorded") {
    Replay bob("generation=classic");
    const std::string old = "old-v2011-";
    bob.run({old + "info", old + "status-idle", old + "fault-no-status_dict",
             "say outcome OK after=never files=" + bob.results(), old + "build-accepted",
             old + "status-building", "say finish", old + "status-waiting-ok", old + "clean-ok"});
    bob.run({"say state WAITING PACKAGEFAIL 7-42", old + "status-waiting-packagefail",
             "say state WAITING DEPFAIL 7-42 dependencies=no-such-package-at-all",
             old + "status-waiting-depfail", "say state WAITING CHROOTFAIL 7-43",
             old + "status-waiting-chrootfail"});
    bob.run({"say state BUILDING 7-44", "say abort-time 200", old + "abort-ok",
             old + "status-aborting", old + "abort-while-aborting", "await ABORTED",
             old + "status-after-abort", old + "clean-after-abort",
             old + "status-idle-after-abort-clean"});
}

TEST_CASE("a builder fetches files and serves them as recorded") {
    const std::string files = std::string(FIXTURES) + "/wire";
    Replay bob("mode=real", {"--web", "=" + files, "--web", "auth=" + files, "--web-password",
                             "auth=user:s3cret"});
    bob.fleet().say("builder gone\ngone down");
    std::string web = bob.fleet().web_url(), gone = bob.fleet().url("gone");
    web.pop_back();
    gone.pop_back();
    bob.replace("http://127.0.0.1:8333", web);
    // The recorded file itself, under the name its recording has.
    bob.replace("/tiny_1.0.dsc", "/http-get-filecache-file.response.body");
    bob.run(
        {"say unlearn 5e68ce2da90b353200a8bb4ff780625d9ea0f85b "
         "ceac421d8fb62b6c06d5d51eecfb1e9a5e96e89f",
         "ensurepresent-download", "ensurepresent-cache", "http-get-filecache-file",
         "http-get-filecache-range", "http-head-filecache-file"});
    bob.run({"ensurepresent-bad-digest", "ensurepresent-uppercase-sum", "ensurepresent-nil-url",
             "ensurepresent-bad-url", "ensurepresent-404", "ensurepresent-401",
             "ensurepresent-401-wrong-password"});
    bob.replace("http://127.0.0.1:8333", gone);
    bob.run({"ensurepresent-refused"});
}
