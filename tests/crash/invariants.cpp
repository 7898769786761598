#include "crash/invariants.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <set>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "crash/served.hpp"

namespace crash {

namespace fs = std::filesystem;

namespace {

using Set = std::set<std::string>;

// The build whose mail this is: "Subject: [Build #7] …".
int build_of_mail(const std::string& text) {
    const std::string mark = "\nSubject: [Build #";
    const auto at = text.find(mark);
    if (at == std::string::npos) return -1;
    const auto start = at + mark.size();
    return static_cast<int>(
        buildd::parse_int(text.substr(start, text.find(']', start) - start)).value_or(-1));
}

class Inspection {
 public:
    Inspection(const Stage& stage, Scene& scene, const Circumstances& circumstances)
        : stage_(stage), scene_(scene), circumstances_(circumstances), served_(stage) {}

    std::vector<std::string> run() {
        for (const auto& actor : actors()) {
            check_end(actor.name, actor.build, actor.job == Job::none ? "" : actor.end);
            if (actor.job != Job::none && !actor.outcome.empty())
                check_attempt(actor.name, actor.cookie(), actor.outcome);
            if (actor.packages > 0) check_packages(actor.name, actor.build);
        }
        for (const auto& piece : pieces()) {
            check_end(piece.name, piece.build, piece.end);
            if (piece.packages > 0) check_packages(piece.name, piece.build);
        }
        check_swift();
        check_cookies();
        check_builders();
        check_jobs();
        check_resets();
        check_uploads();
        check_mails();
        check_folders();
        check_librarian();
        return std::move(found_);
    }

 private:
    template <class... Args>
    void complain(fmt::format_string<Args...> text, Args&&... args) {
        found_.push_back(fmt::format(text, std::forward<Args>(args)...));
    }

    void check_end(const std::string& name, int build, const std::string& wanted) {
        if (wanted.empty()) return;
        const auto state =
            scene_.value(fmt::format("SELECT buildstate FROM build WHERE id = {}", build));
        if (state != wanted) complain("build {} is {}, not {}", name, state, wanted);
    }

    void check_attempt(const std::string& name, const std::string& cookie,
                       const std::string& wanted) {
        const auto outcome = scene_.value(
            fmt::format("SELECT outcome FROM buildattempt WHERE cookie = '{}'", cookie));
        // Rescued by a scan whose pass did not come to collect, its builder is IDLE afterwards.
        const bool rescued = wanted == "LOST" && outcome == "FORGOTTEN";
        if (outcome != wanted && !rescued)
            complain("the attempt of {} is recorded as '{}', not {}", name, outcome, wanted);
        static const Set with_log{"OK",        "PACKAGEFAIL", "DEPFAIL",   "CHROOTFAIL",
                                  "GIVENBACK", "BUILDERFAIL", "SUPERSEDED"};
        if (with_log.contains(wanted)) check_log(name, "cookie = '" + cookie + "'");
    }

    void check_swift() {
        const std::string its_success = "build = 303 AND outcome = 'OK'";
        const auto count = scene_.value("SELECT count(*) FROM buildattempt WHERE " + its_success);
        if (count != "1")
            complain("swift has {} successful attempts", count);
        else
            check_log("swift", its_success);
    }

    void check_log(const std::string& name, const std::string& which) {
        const auto found = scene_.rows(
            "SELECT lfa.id, lfa.restricted, lfa.filename FROM buildattempt JOIN libraryfilealias "
            "lfa ON lfa.id = buildlog WHERE " +
            which);
        if (found.empty()) return complain("the log of {} is lost", name);
        const auto columns = buildd::split(found[0], '|');
        const std::string path =
            fmt::format("{}/librarian/{}{}/{}", scene_.root(),
                        columns[1] == "true" ? "restricted/" : "", columns[0], columns[2]);
        if (gunzipped(path) != buildd::test::read(stage_.log_of(name)))
            complain("the log of {} is not what its builder served: {}", name, path);
    }

    void check_packages(const std::string& name, int build) {
        Set served;
        for (const auto& entry : fs::directory_iterator(stage_.results_of(name)))
            if (entry.path().extension() == ".deb")
                served.insert(entry.path().filename().string() + "|" +
                              buildd::digest_file(entry.path().string())->sha1);
        Set stored;
        for (const auto& row : scene_.rows(fmt::format(
                 "SELECT lfa.filename, lfc.sha1 FROM binarypackagerelease bpr "
                 "JOIN binarypackagefile bpf ON bpf.binarypackagerelease = bpr.id "
                 "JOIN libraryfilealias lfa ON lfa.id = bpf.libraryfile "
                 "JOIN libraryfilecontent lfc ON lfc.id = lfa.content WHERE bpr.build = {}",
                 build)))
            if (!stored.insert(row).second) complain("{} is stored twice", row);
        if (stored != served)
            complain("of {}, {} packages are stored, not the {} that were served", name,
                     stored.size(), served.size());
    }

    // No cookie is given to build() twice, and what was built is known.
    void check_cookies() {
        std::map<std::string, int> built;
        for (const auto& call : served_.calls)
            if (call.method == "build") ++built[call.detail];
        for (const auto& [cookie, times] : built) {
            if (times > 1) complain("{} was given to build() {} times", cookie, times);
            const auto known = scene_.value(fmt::format(
                "SELECT EXISTS (SELECT 1 FROM buildattempt WHERE cookie = '{0}') OR EXISTS "
                "(SELECT 1 FROM buildqueue WHERE build || '-' || id = '{0}')",
                cookie));
            if (known != "true") complain("{} was built, but nobody remembers it", cookie);
        }
    }

    void check_builders() {
        for (const auto& builder : served_.builders) {
            if (builder.wrecked > 0) complain("a job of {} was wrecked", builder.name);
            const auto ok = scene_.value(
                fmt::format("SELECT CASE WHEN builderok THEN 'ok' ELSE failnotes END FROM builder "
                            "WHERE name = '{}'",
                            builder.name));
            if (ok != "ok") complain("builder {} is out of use: {}", builder.name, ok);
            if (builder.state == "IDLE") continue;
            const auto job = scene_.value(fmt::format(
                "SELECT q.build || '-' || q.id FROM buildqueue q JOIN builder b ON b.id = "
                "q.builder WHERE b.name = '{}'",
                builder.name));
            if (job != builder.cookie)
                complain("builder {} is {} with {}, its job is '{}'", builder.name, builder.state,
                         builder.cookie, job);
        }
    }

    // Whatever is in progress has somebody who works on it.
    void check_jobs() {
        for (const auto& row :
             scene_.rows("SELECT b.name, q.build || '-' || q.id AS cookie, dispatched IS NOT NULL "
                         "FROM buildqueue q JOIN builder b ON b.id = q.builder")) {
            const auto columns = buildd::split(row, '|');
            const auto* builder = served_.find(columns[0]);
            if (columns[2] != "true") complain("job {} is claimed, but not sent", columns[1]);
            if (builder == nullptr || builder->cookie != columns[1])
                complain("job {} is in the hands of {}, who does not know it", columns[1],
                         columns[0]);
        }
        for (const auto& row : scene_.rows(
                 "SELECT id, buildstate FROM build WHERE buildstate = 'UPLOADING' OR "
                 "upload_leaf IS NOT NULL OR (buildstate IN ('BUILDING', 'CANCELLING') AND NOT "
                 "EXISTS (SELECT 1 FROM buildqueue q WHERE q.build = build.id AND builder IS NOT "
                 "NULL))"))
            complain("nobody works on build {}", row);
    }

    // An untrusted builder is reset before each job.
    void check_resets() {
        std::map<std::string, int> resets;
        if (buildd::exists(scene_.resets()))
            for (const auto& host : buildd::split_words(buildd::test::read(scene_.resets())))
                ++resets[host];
        for (const auto& actor : actors()) {
            if (actor.trusted) continue;
            int built = 0;
            for (const auto& call : served_.calls)
                if (call.builder == actor.name && call.method == "build") ++built;
            if (built > resets[actor.name])
                complain("{} built {} jobs after {} resets", actor.name, built, resets[actor.name]);
        }
    }

    void check_mails() {
        const Set to_trusted{"mark@hbd.com", "foo.bar@canonical.com",
                             "celso.providelo@canonical.com"};
        Set wanted{"0 unsent@example.org"};
        for (const auto& row :
             scene_.rows("SELECT id FROM build WHERE buildstate IN ('FAILEDTOBUILD', 'CHROOTWAIT', "
                         "'FAILEDTOUPLOAD')"))
            for (const auto& address : to_trusted) wanted.insert(row + " " + address);
        Set got;
        const auto mails = buildd::list_folder(stage_.mails());
        for (const auto& name : *mails) {
            const std::string text = buildd::test::read(stage_.mails() + "/" + name);
            for (const auto& line : buildd::split(text, '\n'))
                if (line.starts_with("X-Envelope-To: "))
                    got.insert(fmt::format("{} {}", build_of_mail(text), line.substr(15)));
        }
        for (const auto& mail : wanted)
            if (!got.contains(mail)) complain("nobody sent the mail '{}'", mail);
        for (const auto& mail : got)
            if (!wanted.contains(mail)) complain("the mail '{}' is about nothing", mail);
        const auto unsent = scene_.value("SELECT count(*) FROM mailqueue WHERE datesent IS NULL");
        if (unsent != "0") complain("{} mails are unsent", unsent);
    }

    // Of a reset that came to its end the record may be left, whole or in part: the builder's next
    // one clears it. A child of which no end is told is an orphan.
    Set records() const {
        Set allowed{"last-upload"};
        const std::string children = scene_.root() + "/children/";
        const auto names = buildd::list_folder(children);
        for (const auto& name : *names) {
            const bool ended = buildd::exists(children + name + "/end");
            if (name.starts_with("reset-") &&
                (ended || !buildd::exists(children + name + "/child")))
                allowed.insert(name);
        }
        return allowed;
    }

    // Results that only our own trouble kept from being taken in are no bad results.
    void check_uploads() {
        for (const auto& row :
             scene_.rows("SELECT id FROM build WHERE buildstate = 'FAILEDTOUPLOAD' AND id <> 307"))
            complain("build {} is FAILEDTOUPLOAD for what befell us", row);
    }

    void check_names(const std::string& folder, const Set& allowed) {
        const auto names = buildd::list_folder(scene_.root() + "/" + folder);
        for (const auto& name : *names)
            if (!allowed.contains(name)) complain("{}/{} is nobody's", folder, name);
    }

    void check_folders() {
        Set cookies, leaves;
        for (const auto& row : scene_.rows("SELECT build || '-' || id FROM buildqueue"))
            cookies.insert(row);
        for (const auto& row : scene_.rows("SELECT leaf FROM buildattempt WHERE leaf IS NOT NULL"))
            leaves.insert(row);
        check_names("grabbing", cookies);
        check_names("accepted", leaves);
        check_names("rejected", {Stage::leaf_of(307)});
        // Where the uploader died after its COMMIT: the packages are stored, the leaf is kept.
        if (circumstances_.fault) leaves.insert(stage_.doubtful_leaf());
        check_names("failed-to-move", leaves);
        for (const char* empty : {"incoming", "locks", "failed", "tmp", "librarian/pending"})
            check_names(empty, {});
        check_names(
            "", {"grabbing", "incoming", "accepted", "rejected", "failed", "locks",
                 "failed-to-move", "librarian", "tmp", "children", "farm-uuid", "url-key.conf"});
        check_names("children", records());
    }

    // Each row has its file, and each file its row.
    void check_librarian() {
        Set rows;
        for (const auto& row : scene_.rows(
                 "SELECT CASE WHEN restricted THEN 'restricted/' ELSE '' END || id || '/' || "
                 "filename FROM libraryfilealias"))
            rows.insert(row);
        const std::string root = scene_.root() + "/librarian";
        for (const auto& entry : fs::recursive_directory_iterator(root)) {
            const std::string path = entry.path().lexically_relative(root).string();
            const bool empty_folder = entry.is_directory() && fs::is_empty(entry.path());
            if (empty_folder && path != "pending" && path != "restricted")
                complain("librarian/{} is empty", path);
            if (entry.is_directory() || path == "farm-uuid") continue;
            if (rows.erase(path) == 0) complain("librarian/{} has no row", path);
        }
        for (const auto& row : rows) complain("librarian/{} is missing", row);
    }

    const Stage& stage_;
    Scene& scene_;
    const Circumstances& circumstances_;
    const Served served_;
    std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> violations(const Stage& stage, Scene& scene,
                                    const Circumstances& circumstances) {
    return Inspection(stage, scene, circumstances).run();
}

}  // namespace crash
