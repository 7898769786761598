#include "farm.hpp"

#include <algorithm>
#include <utility>

#include "rules.hpp"

namespace bench {

namespace {

constexpr Seconds contact = 600;
constexpr Seconds person = 8 * 3600;  // until one comes and enables a builder

int group_of(int builder, const Size& size) {
    if (size.builders < 10) return 0;
    return builder % 10 < 6 ? 0 : builder % 10 < 9 ? 1 : 2;
}

}  // namespace

Farm::Farm(const Size& size, std::vector<Fault> faults, Rules& rules, std::uint64_t seed)
    : size_(size),
      faults_(std::move(faults)),
      rules_(rules),
      random_(seed),
      builders_(static_cast<std::size_t>(size.builders)),
      ends_(static_cast<std::size_t>(size.builders)),
      pending_(groups) {
    for (int i = 0; i < size.builders; ++i) {
        Builder& one = builders_[static_cast<std::size_t>(i)];
        one.group = group_of(i, size);
        one.network = i % 2;
    }
}

void Farm::run() {
    for (; now_ < size_.days * 86400; now_ += step) {
        living_.clear();  // some have rested
        begin_faults();
        add_jobs();
        probe();
        collect();
        rules_.pass_ends(*this);
        dispatch();
        count_idle();
        watch_off();
    }
    judge_jobs();
}

int Farm::living(int group) {
    if (living_.empty()) {
        living_.resize(groups);
        for (const auto& one : builders_)
            if (one.usable && one.rests_until <= now_)
                ++living_[static_cast<std::size_t>(one.group)];
    }
    return living_[static_cast<std::size_t>(group)];
}

void Farm::set_usable(Builder& builder, bool usable) {
    if (builder.usable != usable) living_.clear();
    builder.usable = usable;
}

void Farm::rest(int index, Seconds until) {
    builders_[static_cast<std::size_t>(index)].rests_until = until;
    living_.clear();
}

void Farm::settle(int index, Job::State state) {
    Job& job = jobs_[static_cast<std::size_t>(index)];
    auto& queue = pending_[static_cast<std::size_t>(job.group)];
    if (job.state == Job::State::pending) queue.erase(index);
    job.state = state;
    if (state == Job::State::pending) queue.insert(index);
}

void Farm::fail_by_scan(int index, bool silent) {
    Builder& builder = builders_[static_cast<std::size_t>(index)];
    if (silent && builder.silent_since < 0) builder.silent_since = now_;
    set_usable(builder, false);
    ++builder.probe_failures;
    builder.next_probe = now_ + rules_.probe_delay(*this, index);
}

void Farm::leave_to_person(int index) {
    Builder& builder = builders_[static_cast<std::size_t>(index)];
    set_usable(builder, false);
    builder.for_person = true;
    builder.next_probe = now_ + person;
}

bool Farm::is_reachable(int index) const {
    const Builder& builder = builders_[static_cast<std::size_t>(index)];
    return builder.asleep_until <= now_ && active(Kind::partition, builder.network) < 0 &&
           active(Kind::dead, index) < 0;
}

void Farm::add_jobs() {
    std::vector<std::size_t> wanted(groups);
    for (const auto& builder : builders_) ++wanted[static_cast<std::size_t>(builder.group)];
    for (int group = 0; group < groups; ++group) {
        const auto count = wanted[static_cast<std::size_t>(group)];
        const auto least = count == 0 ? 0 : count / 3 + 3;
        auto held = rules_.held(*this, group);
        for (; pending_[static_cast<std::size_t>(group)].size() < least && held < 3 * least; ++held)
            add_job(group, random_.chance(size_.failures) ? Truth::bad_package : Truth::good, -1);
    }
}

int Farm::add_job(int group, Truth truth, int fault) {
    Job job;
    job.source = static_cast<int>(jobs_.size());
    job.group = group;
    job.owner = group == 2 ? 1 + random_.below(owners) : 0;
    job.length = random_.length();
    job.truth = truth;
    job.fault = fault;
    jobs_.push_back(std::move(job));
    const int index = static_cast<int>(jobs_.size()) - 1;
    pending_[static_cast<std::size_t>(group)].insert(index);
    return index;
}

void Farm::probe() {
    for (int i = 0; i < size_.builders; ++i) {
        Builder& builder = builders_[static_cast<std::size_t>(i)];
        if (builder.for_person && now_ >= builder.next_probe) {
            builder.for_person = false;
            set_usable(builder, true);
        }
        if (!builder.for_person) probe(i);
    }
}

void Farm::probe(int index) {
    Builder& builder = builders_[static_cast<std::size_t>(index)];
    if (!builder.usable && builder.next_probe > now_) return;
    if (!is_reachable(index)) return fail_by_scan(index, true);
    set_usable(builder, true);
    builder.probe_failures = 0;
    if (builder.silent_since < 0) return;
    const Seconds since = std::exchange(builder.silent_since, -1);
    rules_.answers_again(*this, index, since);
}

void Farm::collect() {
    for (int i = 0; i < size_.builders; ++i) {
        Builder& builder = builders_[static_cast<std::size_t>(i)];
        if (builder.job < 0) continue;
        End& planned = ends_[static_cast<std::size_t>(i)];
        if (!is_reachable(i)) {
            if (builder.silent_since < 0) builder.silent_since = now_;
            if (now_ - builder.silent_since < contact) continue;
            planned.outcome = Outcome::SILENT;
            const Job& job = jobs_[static_cast<std::size_t>(builder.job)];
            const int partition = active(Kind::partition, builder.network);
            if (planned.fault < 0) planned.fault = partition;
            if (job.truth == Truth::kills && partition < 0)
                ++faults_[static_cast<std::size_t>(job.fault)].touched;
        } else if (planned.at > now_) {
            continue;
        }
        end(planned);
    }
}

void Farm::end(End end) {
    end.at = now_;
    Builder& builder = builders_[static_cast<std::size_t>(end.builder)];
    builder.job = -1;
    if (end.outcome != Outcome::OK) {
        jobs_[static_cast<std::size_t>(end.job)].last_fault = end.fault;
        builder.last_fault = end.fault;
        builder.last_bad = now_;
    }
    if (end.fault >= 0 && faults_[static_cast<std::size_t>(end.fault)].first_word < 0)
        faults_[static_cast<std::size_t>(end.fault)].first_word = now_;
    rules_.ended(*this, end);
}

void Farm::dispatch() {
    for (int i = 0; i < size_.builders; ++i) {
        const Builder& builder = builders_[static_cast<std::size_t>(i)];
        if (builder.usable && builder.job < 0 && builder.rests_until <= now_ && is_reachable(i))
            give_job(i);
    }
}

void Farm::give_job(int index) {
    const Builder& builder = builders_[static_cast<std::size_t>(index)];
    auto& queue = pending_[static_cast<std::size_t>(builder.group)];
    for (auto next = queue.begin(); next != queue.end();) {
        const int job = *next++;  // held by the rules, it leaves the queue
        if (jobs_[static_cast<std::size_t>(job)].not_before > now_) continue;
        if (!rules_.fits(*this, builder, index, job)) continue;
        return start(index, job);
    }
}

void Farm::start(int index, int job) {
    Builder& builder = builders_[static_cast<std::size_t>(index)];
    settle(job, Job::State::running);
    builder.job = job;
    builder.started = now_;
    ++attempts_;
    End planned = plan(index, job);
    if (planned.not_fetched) return end(planned);
    ends_[static_cast<std::size_t>(index)] = planned;
}

}  // namespace bench
