// The rules of lib/policy, put together as lib/farm puts them.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <set>
#include <vector>

#include "policy/breaker.hpp"
#include "policy/quarantine.hpp"
#include "policy/suspicion.hpp"
#include "rules.hpp"

namespace bench {

class Evidence : public Rules {
 public:
    explicit Evidence(int builders) : of_builder_(static_cast<std::size_t>(builders)) {}

    void ended(Farm& farm, const End& end) override;
    void pass_ends(Farm& farm) override;
    void answers_again(Farm& farm, int builder, Seconds since) override;
    bool fits(Farm& farm, const Builder& builder, int index, int job) override;
    Seconds probe_delay(Farm& farm, int builder) override;
    std::size_t held(Farm& farm, int group) const override;
    int breakers() const override { return opened_; }

 private:
    // An end as it was heard, for as long as it may have a common cause.
    struct Heard {
        buildd::policy::CauseEnd cause;
        int builder = 0, job = -1;
        bool counted_job = false, counted_builder = false, canary = false;
        double weight = 0;
        bool taken_back = false;
    };
    struct OfBuilder {
        std::deque<std::pair<Seconds, int>> verdicts;  // jobs that it alone has called bad
        std::set<int> sources;                         // that have spoken against it
    };
    struct PeerEnd {
        Seconds at = 0;
        int builder = 0;
        bool failed = false;
    };
    struct Open {
        buildd::policy::Breaker breaker;
        Seconds probe_at = 0;
        std::array<std::set<int>, groups> held{};  // jobs, by group
        int probes = 0, probe = -1, last_builder = -1;
        Seconds probe_since = 0;
        std::map<int, buildd::policy::CauseTime> owners_tried{}, groups_tried{}, jobs_tried{};
    };
    // Of the held jobs of a group and an owner the one that was tried the longest ago.
    struct HeldBest {
        std::vector<int> jobs;
        std::vector<buildd::policy::ProbeCandidate> facts;
    };
    struct Waiting {
        Seconds retry_at = 0;
        int answers = 0;
    };

    Heard heard(Farm& farm, const End& end) const;
    void judge_builder(Farm& farm, const End& end, Heard& word);
    buildd::policy::PeerEnds peers(Farm& farm, const End& end);
    void apply(Farm& farm, int builder, const buildd::policy::BuilderJudged& judged);
    void ask_again(Farm& farm, int builder);
    void good_elsewhere(Farm& farm, const End& end);
    void package_failed(Farm& farm, const End& end, const Heard& word, bool suspect);
    void builder_failed(Farm& farm, const End& end);
    void clear_builders(Farm& farm, int job);
    void chroot_failed(Farm& farm, const End& end);
    void retry_chroot_waits(Farm& farm);

    void close_breakers(Farm& farm);
    void note_failed_probe(const Heard& word);
    void let_probe_go(Farm& farm, Open& open);
    HeldBest held_best(Farm& farm, const Open& open) const;
    std::vector<buildd::policy::CauseEnd> all_ends(Farm& farm) const;
    buildd::policy::CauseEnd running_end(Farm& farm, int builder) const;
    buildd::policy::CauseEnd silent_end(Farm& farm, int builder) const;
    void take_back(Farm& farm, Heard& word);

    std::vector<OfBuilder> of_builder_;
    struct Peers {
        std::deque<PeerEnd> ends;
        buildd::policy::PeerEnds all{};
        std::vector<buildd::policy::PeerEnds> of_builder;
    };
    std::map<int, Peers> peers_;  // by archive
    std::vector<int> suspects_;
    std::deque<Heard> window_;
    std::size_t fresh_ = 0;  // how many of them came in this pass
    bool search_ = false;    // one of these has a word
    std::vector<Open> open_;
    std::map<int, Waiting> chroot_waits_;
    int opened_ = 0;
};

}  // namespace bench
