// What ends have in common: breakers, what they hold and what they take back.
#include <algorithm>
#include <utility>

#include "evidence.hpp"

namespace bench {

namespace {

using namespace buildd;

constexpr int builder_threshold = 5;

Seconds minutes(std::chrono::minutes delay) {
    return 60 * delay.count();
}

int witnesses(Farm& farm, int group) {
    int count = 0;
    for (const auto& one : farm.builders())
        if (one.group == group && one.usable && one.rests_until <= farm.now() &&
            one.record.suspicion < witness_below)
            ++count;
    return count;
}

std::optional<policy::CauseTime> time_of(const std::map<int, policy::CauseTime>& times, int key) {
    const auto found = times.find(key);
    if (found == times.end()) return std::nullopt;
    return found->second;
}

bool is_trusted(Farm& farm, int job) {
    return farm.jobs()[static_cast<std::size_t>(job)].owner == 0;
}

bool has_idle(Farm& farm, int group) {
    return std::ranges::any_of(farm.builders(), [&](const Builder& one) {
        return one.group == group && one.usable && one.job < 0 && one.rests_until <= farm.now();
    });
}

std::vector<policy::Shared> shared_by_job(const Farm& farm, int builder, int job) {
    End end;
    end.builder = builder;
    end.job = job;
    auto shared = farm.shared_by(end);
    std::erase_if(shared, [](const auto& one) { return one.kind == policy::CauseKind::network; });
    return shared;
}

}  // namespace

void Evidence::answers_again(Farm& farm, int builder, Seconds /*since*/) {
    Heard word;
    const Builder& facts = farm.builders()[static_cast<std::size_t>(builder)];
    word.builder = builder;
    word.cause.began = word.cause.at = std::chrono::seconds(farm.now());
    word.cause.reached = policy::Reached::back;
    word.cause.builder = builder + 1;
    word.cause.group = static_cast<std::size_t>(facts.group);
    word.cause.trusted = facts.group != 2;
    word.cause.shared = {{policy::CauseKind::network, static_cast<std::uint64_t>(facts.network)}};
    window_.push_back(std::move(word));
    ++fresh_;
    for (auto& other : farm.builders())  // they vanished with it
        if (other.silent_since >= 0) other.next_probe = farm.now();
}

void Evidence::close_breakers(Farm& farm) {
    for (auto& one : open_) {
        const auto waits = [&](const std::set<int>& jobs) {
            return std::ranges::any_of(jobs, [&](int job) { return is_trusted(farm, job); });
        };
        const auto is_empty = [](const std::set<int>& jobs) { return jobs.empty(); };
        one.breaker.trusted_waits = std::ranges::any_of(one.held, waits) ||
                                    (one.probe >= 0 ? is_trusted(farm, one.probe)
                                                    : std::ranges::all_of(one.held, is_empty));
    }
    for (std::size_t i = window_.size() - fresh_; i < window_.size(); ++i) {
        std::erase_if(open_, [&](Open& one) {
            if (!policy::closes(one.breaker, window_[i].cause)) return false;
            for (const auto& jobs : one.held)
                for (const int job : jobs) farm.settle(job, Job::State::pending);
            return true;
        });
    }
}

void Evidence::pass_ends(Farm& farm) {
    retry_chroot_waits(farm);
    close_breakers(farm);
    const auto now = std::chrono::seconds(farm.now());
    while (!window_.empty() && window_.front().cause.at + policy::cause_window < now)
        window_.pop_front();
    for (const auto& builder : farm.builders())
        search_ = search_ || (builder.silent_since == farm.now());
    if (search_) {
        std::vector<int> living;
        for (int group = 0; group < groups; ++group) living.push_back(farm.living(group));
        std::vector<policy::Cause> open;
        for (const auto& one : open_) open.push_back(one.breaker.cause);
        for (auto& cause : policy::common_causes(all_ends(farm), living, open, now)) {
            for (const auto i : cause.cases)
                if (i < window_.size()) take_back(farm, window_[i]);
            if (cause.is_open) continue;
            ++opened_;
            open_.push_back(
                {{std::move(cause), now}, farm.now() + minutes(policy::probe_delay(0))});
        }
    }
    for (auto& one : open_) let_probe_go(farm, one);
    search_ = false;
    fresh_ = 0;
}

// It is held again once it is met.
void Evidence::note_failed_probe(const Heard& word) {
    for (auto& one : open_) {
        if (one.probe != word.job || one.breaker.cause.word != word.cause.word) continue;
        one.probe = -1;
        one.last_builder = word.builder;
    }
}

Evidence::HeldBest Evidence::held_best(Farm& farm, const Open& open) const {
    std::map<std::pair<int, int>, std::pair<std::optional<policy::CauseTime>, int>> best;
    for (int group = 0; group < groups; ++group)
        for (const int job : open.held[static_cast<std::size_t>(group)]) {
            const Job& facts = farm.jobs()[static_cast<std::size_t>(job)];
            if (facts.not_before > farm.now()) continue;
            const std::pair one{time_of(open.jobs_tried, job), job};
            const auto [found, first] = best.try_emplace({group, facts.owner}, one);
            if (!first) found->second = std::min(found->second, one);
        }
    HeldBest result;
    for (const auto& [kind, job] : best) {
        result.jobs.push_back(job.second);
        result.facts.push_back({kind.second == 0, has_idle(farm, kind.first),
                                time_of(open.owners_tried, kind.second),
                                time_of(open.groups_tried, kind.first), job.first, -job.second});
    }
    return result;
}

void Evidence::let_probe_go(Farm& farm, Open& open) {
    policy::ProbeState state{farm.now() >= open.probe_at};
    if (open.probe >= 0) {
        const Job& job = farm.jobs()[static_cast<std::size_t>(open.probe)];
        if (job.state == Job::State::pending)
            state.unclaimed = std::chrono::seconds(farm.now() - open.probe_since);
    }
    const auto turn = policy::probe_turn(state);
    if (turn == policy::ProbeTurn::none) return;
    const auto best = held_best(farm, open);
    const auto chosen = policy::next_probe(open.breaker.cause.trusted, best.facts);
    if (!chosen) return;
    const int job = best.jobs[*chosen];
    const Job& facts = farm.jobs()[static_cast<std::size_t>(job)];
    open.held[static_cast<std::size_t>(facts.group)].erase(job);
    farm.settle(job, Job::State::pending);
    open.probe = job;
    open.probe_since = farm.now();
    const std::chrono::seconds now(farm.now());
    open.owners_tried[facts.owner] = open.groups_tried[facts.group] = open.jobs_tried[job] = now;
    const bool counts = turn == policy::ProbeTurn::next;
    open.probes += counts ? 1 : 0;
    open.probe_at = std::max(open.probe_at,
                             farm.now() + minutes(policy::probe_delay(counts ? open.probes : 0)));
}

void Evidence::take_back(Farm& farm, Heard& word) {
    if (std::exchange(word.taken_back, true) || word.job < 0) return;
    Job& job = farm.jobs()[static_cast<std::size_t>(word.job)];
    if (word.counted_job) {
        --job.failures;
        std::erase(job.failed_on, word.builder);
        std::erase(job.silent_on, word.builder);
    }
    if (word.counted_builder) {
        const auto& record = farm.builders()[static_cast<std::size_t>(word.builder)].record;
        apply(
            farm, word.builder,
            policy::judge_taken_back(record, {word.weight, true, word.canary}, builder_threshold));
    }
    const bool ended = job.state == Job::State::failed || job.state == Job::State::chroot_wait;
    if (word.cause.word == policy::CauseWord::chroot) chroot_waits_.erase(word.job);
    if (ended) farm.settle(word.job, Job::State::pending);
    if (job.state == Job::State::pending)
        job.not_before = farm.now() + 60 * policy::probe_delay(0).count();
}

bool Evidence::fits(Farm& farm, const Builder& builder, int index, int job_index) {
    const Job& job = farm.jobs()[static_cast<std::size_t>(job_index)];
    const bool failed_here =
        std::find(job.failed_on.begin(), job.failed_on.end(), index) != job.failed_on.end();
    if (failed_here && farm.living(builder.group) > 1) return false;
    if (job.asked_again && builder.record.suspicion >= witness_below &&
        witnesses(farm, builder.group) > 0)
        return false;
    if (open_.empty()) return true;
    const auto is_probe = [&](const Open& one) { return one.probe == job_index; };
    if (const auto probed = std::ranges::find_if(open_, is_probe); probed != open_.end())
        return probed->last_builder != index || farm.living(builder.group) <= 1;
    const auto shared = shared_by_job(farm, index, job_index);
    for (auto& one : open_) {
        if (!policy::holds(one.breaker.cause, shared, job.owner == 0)) continue;
        one.held[static_cast<std::size_t>(job.group)].insert(job_index);
        farm.settle(job_index, Job::State::held);
        return false;
    }
    return true;
}

std::size_t Evidence::held(Farm&, int group) const {
    std::size_t count = 0;
    for (const auto& one : open_) count += one.held[static_cast<std::size_t>(group)].size();
    return count;
}

}  // namespace bench
