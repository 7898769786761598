// Builders in real mode build the packages of fixtures/packages.
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <memory>

#include "base/digest.hpp"
#include "base/fd.hpp"
#include "fleet/fleet_process.hpp"
#include "fleet/http_client.hpp"
#include "fleet/matchers.hpp"
#include "fleet/rpc_call.hpp"
#include "test.hpp"

using namespace fleet;
using namespace buildd::xmlrpc;
namespace fs = std::filesystem;

namespace {

void run(const std::string& command) {
    INFO(command);
    REQUIRE(std::system(command.c_str()) == 0);
}

// Our source packages, an archive without packages, and a builder that builds.
class Workshop {
 public:
    Workshop() {
        run(std::string(FIXTURES) + "/packages/make-sources " + sources());
        fs::create_directories(archive());
        fleet_ = std::make_unique<Fleet>(
            std::vector<std::string>{"builder bob mode=real arch=i386"},
            std::vector<std::string>{"--web", "src=" + sources(), "--web", "ubuntu=" + archive()});
    }
    Fleet& fleet() { return *fleet_; }
    std::string url() const { return fleet_->url("bob"); }
    std::string log() const { return http("GET", url() + "filecache/buildlog").body; }

    // Tells the builder to build; the source's files are those whose names begin with `source`.
    // Throws when it faults.
    void start(const std::string& cookie, const std::string& source, bool arch_indep = true) {
        const Struct files = fetched(source);
        const Struct args{
            {"archives", Array{"deb [trusted=yes] " + fleet_->web_url() + "ubuntu hoary main",
                               "deb " + fleet_->web_url() + "ubuntu hoary-security main"}},
            {"suite", "hoary"},
            {"series", "hoary"},
            {"ogrecomponent", "main"},
            {"arch_tag", "i386"},
            {"arch_indep", arch_indep},
            {"build_url", "http://builds.example.org/" + cookie}};
        const auto chroot = files.begin()->second;
        rpc(url(), "build", {cookie, "binarypackage", chroot, files, args});
    }
    Struct status() const { return *rpc(url(), "status").as<Struct>(); }
    Struct results() const { return *status().at("filemap").as<Struct>(); }

    // Puts what was built into the archive.
    void publish() {
        for (const auto& [name, sha1] : results()) {
            const auto file = http("GET", url() + "filecache/" + *sha1.as<std::string>());
            CHECK(buildd::digest(buildd::DigestKind::sha1, file.body) == *sha1.as<std::string>());
            const auto fd = buildd::open_file(archive() + "/" + name, O_WRONLY | O_CREAT);
            REQUIRE(buildd::write_all(fd->get(), file.body, name));
        }
        const std::string folder = archive() + "/dists/hoary/main/binary-i386";
        fs::create_directories(folder);
        run("cd " + archive() + " && dpkg-scanpackages --multiversion . 2> /dev/null | gzip > " +
            folder + "/Packages.gz");
    }

 private:
    std::string sources() const { return home_.folder() + "/sources"; }
    std::string archive() const { return home_.folder() + "/archive"; }
    Struct fetched(const std::string& source) const {
        Struct files;
        for (const auto& entry : fs::directory_iterator(sources())) {
            const std::string name = entry.path().filename();
            if (!name.starts_with(source)) continue;
            const std::string sha1 =
                buildd::digest(buildd::DigestKind::sha1, *buildd::read_file(entry.path()));
            const Array params{sha1, fleet_->web_url() + "src/" + name, "", ""};
            CHECK(rpc(url(), "ensurepresent", params).as<Array>()->at(0) == Value(true));
            files[name] = sha1;
        }
        return files;
    }

    Fleet home_{{}};
    std::unique_ptr<Fleet> fleet_;
};

}  // namespace

TEST_CASE("a package is really built and serves the next one as a build dependency") {
    Workshop bob;
    bob.start("1-1", "needs-hello");
    CHECK(bob.fleet().await_state("bob", "WAITING").build_status == "BuildStatus.DEPFAIL");
    CHECK(bob.status().at("dependencies") == Value("hello-farm (>= 1:1.0~rc1)"));
    rpc(bob.url(), "clean");

    bob.start("1-2", "hello-farm");
    CHECK(bob.fleet().await_state("bob", "WAITING").build_status == "BuildStatus.OK");
    std::vector<std::string> names;
    for (const auto& [name, sha1] : bob.results()) names.push_back(name);
    CHECK(names == std::vector<std::string>{"hello-farm-doc_1.0~rc1+git2-1_all.deb",
                                            "hello-farm_1.0~rc1+git2-1_i386.buildinfo",
                                            "hello-farm_1.0~rc1+git2-1_i386.changes",
                                            "hello-farm_1.0~rc1+git2-1_i386.deb"});
    CHECK(bob.log().starts_with("http://builds.example.org/1-2\n["));
    bob.publish();
    rpc(bob.url(), "clean");
    CHECK(http("GET", bob.url() + "filecache/buildlog").status == 404);

    bob.start("1-3", "needs-hello");
    CHECK(bob.fleet().await_state("bob", "WAITING").build_status == "BuildStatus.OK");
    CHECK_THAT(bob.log(), ContainsSubstring("Hello, needs-hello, from i386!"));
}

TEST_CASE("without arch_indep a build makes no packages for all architectures") {
    Workshop bob;
    bob.start("1-1", "hello-farm", false);
    CHECK(bob.fleet().await_state("bob", "WAITING").build_status == "BuildStatus.OK");
    CHECK(bob.results().contains("hello-farm_1.0~rc1+git2-1_i386.deb"));
    CHECK_FALSE(bob.results().contains("hello-farm-doc_1.0~rc1+git2-1_all.deb"));
}

TEST_CASE("a package that does not build ends as PACKAGEFAIL and its log says why") {
    Workshop bob;
    bob.start("1-1", "broken-farm");
    CHECK(bob.fleet().await_state("bob", "WAITING").build_status == "BuildStatus.PACKAGEFAIL");
    CHECK_THAT(bob.log(), ContainsSubstring("error: this package is broken on purpose"));
    CHECK(bob.results().empty());
}

TEST_CASE("a real build can be aborted and its builder used again") {
    Workshop bob;
    bob.start("1-1", "ppa-tool");
    CHECK(rpc_word(bob.url(), "abort") == "BuilderStatus.ABORTING");
    CHECK(bob.fleet().await_state("bob", "WAITING").build_status == "BuildStatus.ABORTED");
    rpc(bob.url(), "clean");
    bob.fleet().say("bob reset");
    bob.start("1-2", "ppa-tool");
    CHECK(bob.fleet().await_state("bob", "WAITING").build_status == "BuildStatus.OK");
}

TEST_CASE("a build sent to a real builder that builds empties its log but not its job") {
    Workshop bob;
    bob.start("1-1", "ppa-tool");
    CHECK_THROWS(bob.start("1-2", "ppa-tool"));
    const auto end = bob.fleet().await_state("bob", "WAITING");
    CHECK(end.cookie == "1-2");
    CHECK(end.build_status == "BuildStatus.OK");
    CHECK_FALSE(bob.log().starts_with("http://builds.example.org/"));
}

TEST_CASE("a redirected download with a password is followed") {
    Fleet home({});
    run("printf content > " + home.folder() + "/file");
    const std::string sha1 = buildd::digest(buildd::DigestKind::sha1, "content");
    Fleet fleet({"builder bob", "builder detour", "bob fetch download"},
                {"--web", "=" + home.folder(), "--web-password", "=user:s3cret"});
    fleet.say("detour fault GET redirect=" + fleet.web_url() + "file");
    const Array params{sha1, fleet.url("detour") + "x", "user", "s3cret"};
    CHECK(rpc(fleet.url("bob"), "ensurepresent", params) == Value(Array{true, "Download"}));
    CHECK(http("GET", fleet.url("bob") + "filecache/" + sha1).body == "content");
}
