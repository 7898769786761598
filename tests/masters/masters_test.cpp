// Two hosts' passes, queue building and an admin at the same time on one farm (spec: behaviour
// §2.1, §2.5): no job is started twice, none is lost, nobody waits for ever. DISPATCHES=N: until
// the builders have been sent N builds (masters/run.sh).
#include <atomic>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <sys/wait.h>
#include <thread>

#include "support/measured.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

int wanted_dispatches() {
    const char* wish = std::getenv("DISPATCHES");
    return wish == nullptr ? 300 : std::atoi(wish);
}

bool many() {
    return wanted_dispatches() > 10000;
}

const int builders = many() ? 200 : 40;
const int sources = many() ? 1000 : 200;

std::vector<std::string> names() {
    std::vector<std::string> out;
    for (int n = 0; n < builders; ++n) out.push_back(fmt::format("b{}", n));
    return out;
}

constexpr const char* many_sources = R"(
DELETE FROM buildqueue; DELETE FROM build WHERE buildstate = 'NEEDSBUILD';
DELETE FROM builder WHERE name IN ('bob', 'frog');
INSERT INTO sourcepackagename (id, name) SELECT 1000 + n, 's' || n FROM generate_series(1, {0}) n;
INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component, creator)
    SELECT 1000 + n, 1000 + n, '1.0', 1, 1 FROM generate_series(1, {0}) n;
INSERT INTO sourcepackagereleasefile SELECT 1000 + n, 10 FROM generate_series(1, {0}) n;
INSERT INTO sourcepackagepublishinghistory
        (sourcepackagerelease, distroseries, archive, component, status)
    SELECT 1000 + n, 3, 1, 1, 'PUBLISHED' FROM generate_series(1, {0}) n;
)";

// Done; done and a person is needed; refused to the admin; busy.
const std::vector<int> legal{0, 1, 65, 75};

class Race {
 public:
    Race() : it_("current", names()) {
        it_.farm.sql(fmt::format(many_sources, sources));
        // Given back, failed and good in turn: jobs are claimed again, retried and built afresh.
        it_.fleet.say("* outcome GIVENBACK,PACKAGEFAIL,GIVENBACK,CHROOTFAIL,DEPFAIL");
        it_.fleet.say("* fetch pretend");
        it_.farm.options["builder_failure_threshold"] = "1000000";
        it_.farm.options["send_build_notification"] = "false";
        environment_ = it_.farm.environment();
    }

    void run(int dispatches) {
        std::vector<std::jthread> actors;
        const Stop at_the_end{stop_};
        for (const char* host : {"one", "two"})
            actors.emplace_back([=, this] { loop([=, this] { cycle(host); }); });
        actors.emplace_back([this] { loop([this] { build_queue(); }); });
        actors.emplace_back([this] { loop([this] { admin(); }); });
        db::Database server(it_.farm.db().conninfo());
        for (int turn = 0; started_ < dispatches && only_ended_with(legal); ++turn) {
            let_time_pass(server, turn);
            read_calls();
        }
    }

    // Lets what runs come to its end, without new work.
    void settle() {
        it_.farm.sql("DELETE FROM buildqueue WHERE builder IS NULL");
        for (int pass = 0; pass < 3; ++pass) {
            cycle("one");
            it_.farm.sql("DELETE FROM buildqueue WHERE builder IS NULL");
        }
        program("queue", {"queue", "build"});
        read_calls();
    }

    Scenario& farm() { return it_; }
    int started() const { return started_; }    // build() calls that the builders saw
    int accepted() const { return accepted_; }  // of them
    int sent_twice() const {
        return static_cast<int>(std::count_if(sent_.begin(), sent_.end(),
                                              [](const auto& entry) { return entry.second > 1; }));
    }
    int wrecked() const;  // jobs by a build() that came while another ran
    int holding() const;  // builders with a job
    std::string deadlocks() {
        return it_.farm.value(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }
    std::string programs() const;
    bool only_ended_with(const std::vector<int>& allowed) {
        const std::lock_guard guard(mutex_);
        return std::all_of(statuses_.begin(), statuses_.end(), [&](const auto& entry) {
            return std::find(allowed.begin(), allowed.end(), entry.first) != allowed.end();
        });
    }
    std::string log(const std::string& host) const { return it_.farm.root() + "/log." + host; }

 private:
    struct Stop {
        std::atomic<bool>& flag;
        ~Stop() { flag = true; }
    };

    template <class Act>
    void loop(Act act) {
        while (!stop_) act();
    }

    void cycle(const std::string& host) { program(host, {"cycle", "--wait", "5"}); }

    // Each host has lock files of its own.
    void program(const std::string& host, const std::vector<std::string>& words) {
        auto environment = environment_;
        environment["BUILDD_MASTER_LOCKFILE"] = it_.farm.root() + "/lock." + host;
        const pid_t pid = test::start_program(words, environment, log(host));
        int status = 0;
        ::waitpid(pid, &status, 0);
        const std::lock_guard guard(mutex_);
        ++statuses_[test::status_of(status)];
    }

    // Now and then, so that passes get most of the machine.
    void build_queue() {
        program("queue", {"queue", "build"});
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }

    void admin() {
        const auto any = [this] { return std::to_string(first_build_ + random_() % sources); };
        for (const char* state : {"FAILEDTOBUILD", "CHROOTWAIT", "MANUALDEPWAIT", "CANCELLED"})
            program("admin", {"build", "retry", "--state", state});
        program("admin", {"build", "cancel", any()});
        program("admin", {"build", "rescore", any(), "500"});
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }

    // What waits for a time has waited; and the private server has no autovacuum.
    static void let_time_pass(db::Database& server, int turn) {
        server.script(
            "UPDATE buildqueue SET not_before = NULL WHERE id IN (SELECT id FROM buildqueue "
            "WHERE not_before IS NOT NULL FOR UPDATE SKIP LOCKED)");
        if (turn % 200 == 199) server.script("VACUUM ANALYZE");
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }

    // The simulator remembers only the last ones.
    void read_calls() {
        for (const auto& call : it_.fleet.calls("", last_call_)) {
            last_call_ = call.number;
            if (call.method != "build") continue;
            ++started_;
            ++sent_[call.detail];
            if (call.answer == "ok") ++accepted_;
        }
    }

    Scenario it_;
    std::map<std::string, std::string> environment_;
    std::atomic<bool> stop_ = false;
    std::mutex mutex_;
    std::map<int, int> statuses_;
    std::map<std::string, int> sent_;  // build() calls by cookie
    int last_call_ = 0, started_ = 0, accepted_ = 0;
    std::minstd_rand random_;
    static constexpr int first_build_ = 31;
};

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

std::string Race::programs() const {
    std::string out;
    for (const auto& [status, times] : statuses_)
        out += fmt::format("{}{} with {}", out.empty() ? "" : ", ", times, status);
    return out;
}

}  // namespace

TEST_CASE("two hosts and an admin start no job twice and lose none") {
    Race race;
    race.run(wanted_dispatches());
    race.settle();
    auto& farm = race.farm().farm;
    const std::string dispatches = std::to_string(race.started());
    const std::string attempts = farm.value("SELECT count(*) FROM buildattempt");
    const std::string lost = farm.value(
        "SELECT count(*) FROM build WHERE buildstate IN ('BUILDING', 'CANCELLING') OR "
        "(buildstate = 'NEEDSBUILD') <> EXISTS (SELECT 1 FROM buildqueue q WHERE q.build = "
        "build.id)");
    for (const char* host : {"one", "two", "queue", "admin"})
        UNSCOPED_INFO(host << ":\n" << test::read(race.log(host)).substr(0, 2000));
    CHECK(race.only_ended_with(legal));
    CHECK(race.sent_twice() == 0);
    CHECK(race.wrecked() == 0);
    CHECK(race.holding() == 0);
    CHECK(race.accepted() == race.started());
    CHECK(race.farm().fleet.count("build") == race.started());
    CHECK(attempts == dispatches);
    CHECK(lost == "0");
    CHECK(race.deadlocks() == "0");
    CHECK(race.farm().run({"db", "check"}) == 0);
    std::cout << fmt::format(
        "{} builds dispatched, {} sent twice, {} wrecked, {} attempts recorded, {} jobs lost, "
        "{} deadlocks; exit statuses: {}\n",
        dispatches, race.sent_twice(), race.wrecked(), attempts, lost, race.deadlocks(),
        race.programs());
}
