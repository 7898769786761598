#include "masters/race.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sys/wait.h>
#include <thread>

#include "base/files.hpp"
#include "base/text.hpp"
#include "support/measured.hpp"

namespace buildd::test {

namespace {

constexpr int first_build = 31;

// Every fourth builder and source is a PPA's.
constexpr const char* many_sources = R"(
DELETE FROM buildqueue; DELETE FROM build WHERE buildstate = 'NEEDSBUILD';
DELETE FROM builder WHERE name IN ('bob', 'frog');
UPDATE builder SET trusted = false, vm_host = name, clean_status = 'DIRTY'
    WHERE substr(name, 2)::integer % 4 = 0;
INSERT INTO sourcepackagename (id, name) SELECT 1000 + n, 's' || n FROM generate_series(1, {0}) n;
INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component, creator)
    SELECT 1000 + n, 1000 + n, '1.0', 1, 1 FROM generate_series(1, {0}) n;
INSERT INTO sourcepackagereleasefile SELECT 1000 + n, 10 FROM generate_series(1, {0}) n;
INSERT INTO sourcepackagepublishinghistory
        (sourcepackagerelease, distroseries, archive, component, status)
    SELECT 1000 + n, 3, CASE n % 4 WHEN 0 THEN 9 ELSE 1 END, 1, 'PUBLISHED'
    FROM generate_series(1, {0}) n;
)";

// Done; done and a person is needed; refused to the admin; busy.
const std::set<int> documented{0, 1, 65, 75};

std::vector<std::string> builder_names(int count) {
    std::vector<std::string> out;
    for (int n = 0; n < count; ++n) out.push_back(fmt::format("b{}", n));
    return out;
}

// What waits for a time has waited; and the private server has no autovacuum.
void let_time_pass(db::Database& server, int turn) {
    server.script(
        "UPDATE buildqueue SET not_before = NULL, givenback = 0 WHERE id IN (SELECT id FROM "
        "buildqueue "
        "WHERE not_before IS NOT NULL FOR UPDATE SKIP LOCKED);"
        "UPDATE builder SET quarantined_until = now() WHERE id IN (SELECT id FROM builder "
        "WHERE quarantined_until > now() FOR UPDATE SKIP LOCKED)");
    if (turn % 200 == 199) server.script("VACUUM ANALYZE");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

}  // namespace

Race::Race(bool many)
    : builders_(many ? 200 : 40), sources_(many ? 1000 : 200), it_("current", names()) {
    it_.farm.sql(fmt::format(many_sources, sources_));
    // Given back, failed and good in turn: jobs are claimed again, retried and built afresh.
    it_.fleet.say(
        "* outcome GIVENBACK,PACKAGEFAIL,GIVENBACK,CHROOTFAIL,OK,DEPFAIL result-files=1x500");
    it_.fleet.say("* fetch pretend");
    it_.uploader("while [ \"$1\" != -J ]; do shift; done\n" + alone("uploads", "$2"));
    it_.farm.options["vm_resume_command"] =
        fmt::format("/bin/sh -c '{}' x x %(vm_host)s", alone("resets", "$2"));
    it_.farm.options["builder_failure_threshold"] = "1000000";
    it_.farm.options["send_build_notification"] = "false";
    environment_ = it_.farm.environment();
}

std::string Race::alone(const std::string& file, const std::string& what) const {
    const std::string one = it_.farm.file("one-" + file) + "-" + what;
    return fmt::format(
        "mkdir \"{0}\" || echo \"{1}\" >>{2}; echo \"{1}\" >>{3}; sleep 0.02; rmdir \"{0}\"", one,
        what, it_.farm.file("at-once"), it_.farm.file(file));
}

void Race::run(int dispatches) {
    std::vector<std::jthread> actors;
    const Stop at_the_end{stop_};
    for (const char* host : {"one", "two"})
        actors.emplace_back([=, this] { loop([=, this] { cycle(host); }); });
    actors.emplace_back([this] { loop([this] { work("work"); }); });
    actors.emplace_back([this] { loop([this] { build_queue(); }); });
    actors.emplace_back([this] { loop([this] { admin(); }); });
    db::Database server(it_.farm.db().conninfo());
    for (int turn = 0; started_ < dispatches && only_ended_as_documented(); ++turn) {
        let_time_pass(server, turn);
        read_calls();
    }
}

void Race::settle() {
    it_.farm.sql("DELETE FROM buildqueue WHERE builder IS NULL");
    for (int pass = 0; pass < 3; ++pass) {
        cycle("one");
        it_.farm.sql("DELETE FROM buildqueue WHERE builder IS NULL");
    }
    work("work");
    program("queue", {"queue", "build"});
    read_calls();
}

void Race::cycle(const std::string& host) {
    program(host, {"cycle", "--wait", "5"});
}

void Race::work(const std::string& host) {
    program(host, {"work"});
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

// Now and then, so that passes get most of the machine.
void Race::build_queue() {
    program("queue", {"queue", "build"});
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
}

void Race::admin() {
    const auto any = [this] {
        return std::to_string(first_build + static_cast<int>(random_()) % sources_);
    };
    for (const char* state :
         {"FAILEDTOBUILD", "CHROOTWAIT", "MANUALDEPWAIT", "CANCELLED", "FAILEDTOUPLOAD"})
        program("admin", {"build", "retry", "--state", state});
    program("admin", {"build", "cancel", any()});
    program("admin", {"build", "rescore", any(), "500"});
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

// Each host has lock files of its own.
void Race::program(const std::string& host, const std::vector<std::string>& words) {
    auto environment = environment_;
    environment["BUILDD_MASTER_LOCKFILE"] = it_.farm.root() + "/lock." + host;
    const pid_t pid = start_program(words, environment, it_.farm.file("log." + host));
    int status = 0;
    ::waitpid(pid, &status, 0);
    const std::lock_guard guard(mutex_);
    ++statuses_[status_of(status)];
}

// The simulator remembers only the last ones.
void Race::read_calls() {
    for (const auto& call : it_.fleet.calls("", last_call_)) {
        last_call_ = call.number;
        if (call.method != "build") continue;
        ++started_;
        ++sent_[call.detail];
        ++built_[call.builder];
        if (call.answer == "ok") ++accepted_;
    }
}

std::vector<std::string> Race::names() const {
    return builder_names(builders_);
}

bool Race::only_ended_as_documented() {
    const std::lock_guard guard(mutex_);
    return std::all_of(statuses_.begin(), statuses_.end(),
                       [](const auto& entry) { return documented.contains(entry.first); });
}

int Race::sent_twice() const {
    return static_cast<int>(std::count_if(sent_.begin(), sent_.end(),
                                          [](const auto& entry) { return entry.second > 1; }));
}

int Race::wrecked() const {
    int jobs = 0;
    for (const auto& name : names()) jobs += it_.fleet.full_state(name).builds_wrecked;
    return jobs;
}

int Race::holding() const {
    int jobs = 0;
    for (const auto& name : names()) jobs += it_.fleet.full_state(name).word != "IDLE";
    return jobs;
}

std::string Race::jobs_lost() {
    return it_.farm.value(
        "SELECT count(*) FROM build WHERE buildstate IN ('BUILDING', 'UPLOADING', 'CANCELLING') OR "
        "(buildstate = 'NEEDSBUILD') <> EXISTS (SELECT 1 FROM buildqueue q WHERE q.build = "
        "build.id)");
}

std::string Race::attempts() {
    return it_.farm.value("SELECT count(*) FROM buildattempt");
}

std::string Race::deadlocks() {
    return it_.farm.value(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
}

std::vector<std::string> Race::lines(const std::string& file) const {
    const std::string path = it_.farm.file(file);
    return exists(path) ? split(std::string(trim(read(path))), '\n') : std::vector<std::string>();
}

std::size_t Race::at_once() const {
    return lines("at-once").size();
}

std::size_t Race::uploaded_twice() const {
    const auto leaves = lines("uploads");
    return leaves.size() - std::set<std::string>(leaves.begin(), leaves.end()).size();
}

std::vector<std::string> Race::not_reset() const {
    std::map<std::string, int> resets;
    for (const auto& name : lines("resets")) ++resets[name];
    std::vector<std::string> out;
    for (int n = 0; n < builders_; n += 4) {
        const std::string name = fmt::format("b{}", n);
        const auto built = built_.find(name);
        if (built != built_.end() && built->second > resets[name]) out.push_back(name);
    }
    return out;
}

std::string Race::programs() const {
    std::string out;
    for (const auto& [status, times] : statuses_)
        out += fmt::format("{}{} with {}", out.empty() ? "" : ", ", times, status);
    return out;
}

std::string Race::logs() const {
    std::string out;
    for (const char* host : {"one", "two", "work", "queue", "admin"})
        out += fmt::format("{}:\n{}\n", host,
                           read(it_.farm.file(fmt::format("log.{}", host))).substr(0, 2000));
    return out;
}

}  // namespace buildd::test
