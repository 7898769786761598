#include "outages/scene.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <set>

#include "base/files.hpp"
#include "base/lock_file.hpp"
#include "base/text.hpp"
#include "librarian/gunzip.hpp"
#include "support/result.hpp"

namespace buildd::test {

namespace {

const std::vector<std::string> builders{"bob", "frog", "jack", "ghost", "jail"};
constexpr const char* log_text = "This is the log of {}\n";
constexpr const char* package = "result/mozilla-firefox_0.9_i386.deb";

constexpr const char* work = R"(
DELETE FROM build WHERE id = 2;
UPDATE builder SET architecturetag = 'i386';
UPDATE builder SET trusted = false, vm_host = name, clean_status = 'DIRTY' WHERE name = 'jail';
INSERT INTO sourcepackagename (id, name) VALUES (200, 'fresh'), (201, 'queued');
INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component, creator,
    architecturehintlist) VALUES (200, 200, '1.0', 1, 1, 'i386'), (201, 201, '1.0', 1, 1, 'i386');
INSERT INTO sourcepackagereleasefile VALUES (200, 12), (201, 12);
INSERT INTO sourcepackagepublishinghistory
        (sourcepackagerelease, distroseries, archive, component, status)
    VALUES (201, 3, 1, 1, 'PUBLISHED'), (200, 3, 1, 1, 'PUBLISHED');
INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, archive)
    VALUES (9, 1, 6, 201, 1), (10, 1, 6, 15, 1);
INSERT INTO buildqueue (build) VALUES (9);
UPDATE build SET buildstate = 'BUILDING' WHERE id = 10;
UPDATE build SET buildstate = 'MANUALDEPWAIT', dependencies = 'upstream' WHERE id = 10;
INSERT INTO archivebinary VALUES (1, 6, 'RELEASE', 'upstream', '2.0', '', 'main');
)";

// A sentence for every row that breaks a rule. FORGOTTEN is right where build() was noted, but the
// pass lost the database before it sent one.
constexpr const char* rules = R"(
SELECT format('build %s is %s', id, buildstate) FROM build
    WHERE (id = 8 AND buildstate <> 'FULLYBUILT') OR (id = 7 AND buildstate <> 'FAILEDTOBUILD')
        OR (id IN (9, 10) AND buildstate NOT IN ('NEEDSBUILD', 'BUILDING'))
        OR buildstate IN ('UPLOADING', 'CANCELLING')
UNION ALL SELECT format('build %s has no log', id) FROM build WHERE id IN (7, 8) AND buildlog IS NULL
UNION ALL SELECT format('build %s ended %s times', build.id, count(a.id)) FROM build
    LEFT JOIN buildattempt a ON a.build = build.id AND a.outcome IN ('OK', 'PACKAGEFAIL')
    WHERE build.id IN (7, 8) GROUP BY build.id HAVING count(a.id) <> 1
UNION ALL SELECT format('build %s was tried: %s', build, outcome) FROM buildattempt
    WHERE build NOT IN (7, 8) AND outcome <> 'FORGOTTEN'
UNION ALL SELECT format('%s packages of build 8', count(*)) FROM binarypackagerelease
    WHERE build = 8 HAVING count(*) <> 1
UNION ALL SELECT format('%s builds of fresh', count(*)) FROM build
    WHERE sourcepackagerelease = 200 HAVING count(*) <> 1
UNION ALL SELECT format('a mail to %s was not sent', recipient) FROM mailqueue WHERE datesent IS NULL
UNION ALL SELECT format('builder %s is failed: %s', name, failnotes) FROM builder
    WHERE builderok = (name = 'ghost')
)";

}  // namespace

bool all_outages() {
    const char* wish = std::getenv("OUTAGES");
    return wish != nullptr && std::string(wish) == "full";
}

Scene::Scene(const std::string& server) : it("current", builders, server) {
    it.farm.sql(work);
    it.farm.options["vm_resume_command"] = "/bin/true";
    make_result(made_.path() + "/result");
    const auto log = [&](const std::string& name) {
        return made_.write(name, fmt::format(log_text, name));
    };
    it.fleet.say(fmt::format(
        "bob state WAITING OK {} files={}/result log={}\n"
        "frog state WAITING PACKAGEFAIL {} log={}\njack fetch pretend\nghost down",
        it.farm.give(8, "bob"), made_.path(), log("8"), it.farm.give(7, "frog"), log("7")));
}

void Scene::gather() {
    it.run({"collect", "--no-work"});
    if (it.farm.state(8) != "UPLOADING") throw std::runtime_error(it.log());
}

std::vector<std::string> Scene::upload_command() {
    return {"process-upload",        "-d",          "ubuntu", "-s", "hoary", "-b", "8", "-J",
            it.build("upload_leaf"), it.farm.root()};
}

// Uploads that could not be examined are due at once.
void Scene::skip_backoff() const {
    const auto leaves = list_folder(it.farm.file("children"));
    for (const auto& leaf : *leaves)
        static_cast<void>(remove_tree(it.farm.file("children/" + leaf + "/tries")).ok());
}

std::string Scene::wrong_after_two_rounds() {
    std::string wrong;
    for (int round = 1; round <= 2; ++round) {
        skip_backoff();
        for (const auto& words :
             {std::vector<std::string>{"queue", "build"}, {"cycle", "--wait", "9"}})
            if (it.run(words) != 0) wrong += words.front() + ": " + it.log();
    }
    if (it.run({"db", "check"}) != 0) wrong += it.out();
    if (it.fleet.mails() < 3) wrong += "a mail is missing\n";
    return wrong + wrong_in_database() + wrong_on_disk() + wrong_at_builders();
}

std::string Scene::wrong_in_database() {
    return join(it.farm.db().rows(rules), "\n");
}

std::string Scene::stored(const std::string& alias) {
    const std::string path = it.farm.value(
        "SELECT a.id || '/' || a.filename FROM libraryfilealias a WHERE a.id = (" + alias + ")");
    std::string content;
    const auto done =
        read_gunzipped(it.farm.file("librarian/" + path), [&](std::string_view piece) {
            content += piece;
            return Result<void>();
        });
    return done ? content : done.error().message;
}

std::string Scene::wrong_on_disk() {
    std::string wrong;
    for (const char* id : {"7", "8"})
        if (stored(fmt::format("SELECT buildlog FROM build WHERE id = {}", id)) !=
            fmt::format(log_text, id))
            wrong += fmt::format("the log of build {} is another\n", id);
    if (stored("SELECT libraryfile FROM binarypackagefile JOIN binarypackagerelease r ON r.id = "
               "binarypackagerelease WHERE r.build = 8") != read(made_.path() + "/" + package))
        wrong += "the package of build 8 is another\n";
    for (const char* name : {"grabbing", "incoming", "failed", "rejected", "failed-to-move",
                             "locks", "librarian/pending"})
        if (const auto found = list_folder(it.farm.file(name)); found && !found->empty())
            wrong += fmt::format("{} holds {}\n", name, found->front());
    for (const auto& entry : std::filesystem::directory_iterator(it.farm.file("librarian"))) {
        const std::string id = entry.path().filename().string();
        if (parse_int(id) &&
            it.farm.value("SELECT id FROM libraryfilealias WHERE id = " + id) != id)
            wrong += fmt::format("nobody names the librarian's file {}\n", id);
    }
    return wrong;
}

std::string Scene::wrong_at_builders() {
    std::string wrong;
    std::map<std::string, int> sent;
    for (const auto& call : it.fleet.calls())
        if (call.method == "build" && ++sent[call.detail] > 1)
            wrong += call.detail + " was sent twice\n";
    std::set<std::string> ours, theirs;
    for (const auto& job : it.farm.db().rows("SELECT name || ' ' || build || '-' || q.id FROM "
                                             "buildqueue q JOIN builder ON builder.id = q.builder"))
        ours.insert(job);
    for (const auto& name : builders) {
        const auto state = it.fleet.full_state(name);
        if (state.builds_wrecked > 0) wrong += name + "'s job was wrecked\n";
        if (state.cookie != "-") theirs.insert(name + " " + state.cookie);
    }
    if (ours.size() != 4) wrong += "not every builder has work\n";
    for (const auto& job : ours)
        if (!theirs.contains(job)) wrong += job + " is not known there\n";
    for (const auto& job : theirs)
        if (!ours.contains(job)) wrong += job + " is not known here\n";
    return wrong;
}

}  // namespace buildd::test
