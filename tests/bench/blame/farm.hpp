// The farm that is simulated: builders, jobs and the passes over them. It does what every master
// does; what follows from an end is the rules' to say (rules.hpp).
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <set>
#include <vector>

#include "policy/common_cause.hpp"
#include "policy/quarantine.hpp"
#include "world.hpp"

namespace bench {

using buildd::Outcome;

enum class Truth { good, bad_package, fails_builders, kills, blips, chroot_blips };

struct Job {
    int source = 0, group = 0, owner = 0;
    Seconds length = 0;
    Truth truth = Truth::good;
    int fault = -1;  // it is that one's
    enum class State { pending, held, running, built, failed, chroot_wait } state = State::pending;
    Seconds not_before = 0;
    // what the rules know of it
    int failures = 0;
    std::vector<int> failed_on, silent_on;  // builders, each once
    bool asked_again = false;
    int first_builder = -1;  // whose PACKAGEFAIL is asked again, and what that weighed
    double first_weight = 0;
    bool first_canary = false;
    int last_fault = -1;  // the true cause of its last bad end: no rule may look
};

struct Builder {
    int group = 0, network = 0;
    bool usable = true;  // false: scan has failed it, or a person must come
    bool for_person = false;
    Seconds next_probe = 0;
    int probe_failures = 0;
    Seconds silent_since = -1;
    Seconds rests_until = 0;
    buildd::policy::BuilderRecord record{};
    Seconds quarantined_at = 0;
    int failed_canaries = 0;
    Seconds first_failed_canary = 0;
    int job = -1;
    Seconds started = 0, asleep_until = 0;  // a killer has silenced it
    // no rule may look
    int last_fault = -1, off_fault = -1;
    Seconds last_bad = -1;   // end
    Seconds bad_until = 0;   // something was wrong with it, not long ago
    Seconds off_since = -1;  // out of use though nothing is wrong with it
    int next_blip = -1;      // its next attempt ends BUILDERFAIL: the fault
};

// How an attempt, or a start, ended.
struct End {
    int builder = 0, job = 0;
    Outcome outcome = Outcome::OK;
    Seconds began = 0, at = 0;
    buildd::policy::Asked asked = buildd::policy::Asked::no;
    bool not_fetched = false;
    int fault = -1;  // its true cause: no rule may look
};

inline constexpr Seconds step = 60;  // between passes

class Rules;

class Farm {
 public:
    Farm(const Size& size, std::vector<Fault> faults, Rules& rules, std::uint64_t seed);

    void run();

    // for the rules
    Seconds now() const { return now_; }
    std::vector<Builder>& builders() { return builders_; }
    std::deque<Job>& jobs() { return jobs_; }
    int living(int group);                   // in use and not resting
    void settle(int job, Job::State state);  // pending, held, built, failed or chroot_wait
    void fail_by_scan(int builder, bool silent);
    void leave_to_person(int builder);
    void rest(int builder, Seconds until);
    std::vector<buildd::policy::Shared> shared_by(const End& end) const;
    bool is_reachable(int builder) const;

    // for the report
    std::vector<Fault>& faults() { return faults_; }
    Seconds attempts() const { return attempts_; }
    double hours_off() const { return static_cast<double>(off_) / 3600; }  // of good builders
    Seconds longest_off() const { return longest_off_; }
    int good_lost() const { return good_lost_; }

 private:
    int active(Kind kind) const;  // index of one that lasts; -1: none does
    int active(Kind kind, int object) const;
    void begin_faults();
    void begin(int fault);
    void add_jobs();
    int add_job(int group, Truth truth, int fault);
    void probe();
    void probe(int builder);
    void set_usable(Builder& builder, bool usable);
    void collect();
    void end(End end);
    void dispatch();
    void give_job(int builder);
    void start(int builder, int job);
    End plan(int builder, int job);
    bool fails_before_build(End& end, const Job& job) const;
    bool builder_fails(End& end);
    bool job_fails(End& end, const Job& job);
    void count_idle();
    void watch_off();
    void found_off(int builder);
    void judge_jobs();

    Size size_;
    std::vector<Fault> faults_;
    std::size_t begun_ = 0;
    std::array<std::vector<int>, kinds> active_;  // that last, oldest first
    Rules& rules_;
    Random random_;
    Seconds now_ = 0;
    std::vector<Builder> builders_;
    std::vector<End> ends_;    // of each builder's attempt, as it will be
    std::vector<int> living_;  // by group; empty: to be counted
    std::deque<Job> jobs_;
    std::vector<std::set<int>> pending_;  // by group, oldest first
    Seconds attempts_ = 0, off_ = 0, longest_off_ = 0;
    int good_lost_ = 0;
};

}  // namespace bench
