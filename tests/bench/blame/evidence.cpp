// What one end says of its builder and its build.
#include "evidence.hpp"

#include <algorithm>

#include "policy/backoff.hpp"
#include "policy/give_up.hpp"

namespace bench {

namespace {

using namespace buildd;

constexpr int job_threshold = 3, builder_threshold = 5;

bool add_once(std::vector<int>& list, int value) {
    if (std::find(list.begin(), list.end(), value) != list.end()) return false;
    list.push_back(value);
    return true;
}

}  // namespace

Evidence::Heard Evidence::heard(Farm& farm, const End& end) const {
    Heard word;
    word.builder = end.builder;
    word.job = end.job;
    const Job& job = farm.jobs()[static_cast<std::size_t>(end.job)];
    auto& cause = word.cause;
    cause.began = std::chrono::seconds(end.began);
    cause.at = std::chrono::seconds(end.at);
    cause.asked = end.asked;
    cause.builder = end.builder + 1;
    cause.build = end.job + 1;
    cause.owner = job.owner;
    cause.group = static_cast<std::size_t>(job.group);
    cause.trusted = job.owner == 0;
    cause.shared = farm.shared_by(end);
    if (end.not_fetched)
        cause.word = policy::CauseWord::fetch;
    else if (end.outcome == Outcome::CHROOTFAIL)
        cause.word = policy::CauseWord::chroot;
    else if (end.outcome == Outcome::SILENT)
        cause.word = policy::CauseWord::silent;
    cause.reached = end.not_fetched ? policy::Reached::nothing : policy::Reached::files;
    if (end.outcome == Outcome::OK || end.outcome == Outcome::PACKAGEFAIL)
        cause.reached = policy::Reached::build;
    const bool failed = end.outcome == Outcome::BUILDERFAIL || end.outcome == Outcome::SILENT;
    word.counted_job = failed;
    word.counted_builder = failed || end.outcome == Outcome::CHROOTFAIL ||
                           (end.not_fetched && end.asked == policy::Asked::there);
    return word;
}

void Evidence::ended(Farm& farm, const End& end) {
    Heard word = heard(farm, end);
    const bool suspect =
        policy::is_suspect(farm.builders()[static_cast<std::size_t>(end.builder)].record.suspicion);
    judge_builder(farm, end, word);
    Job& job = farm.jobs()[static_cast<std::size_t>(end.job)];
    if (end.not_fetched) {
        farm.settle(end.job, Job::State::pending);
    } else if (end.outcome == Outcome::OK) {
        farm.settle(end.job, Job::State::built);
        good_elsewhere(farm, end);
    } else if (end.outcome == Outcome::PACKAGEFAIL) {
        package_failed(farm, end, word, suspect);
    } else if (end.outcome == Outcome::CHROOTFAIL) {
        chroot_failed(farm, end);
    } else {
        ++job.failures;
        builder_failed(farm, end);
    }
    note_failed_probe(word);
    search_ = search_ || word.cause.word != policy::CauseWord::none;
    window_.push_back(std::move(word));
    ++fresh_;
}

void Evidence::good_elsewhere(Farm& farm, const End& end) {
    const Job& job = farm.jobs()[static_cast<std::size_t>(end.job)];
    for (const int builder : job.failed_on) {
        if (builder == end.builder) continue;
        auto& record = farm.builders()[static_cast<std::size_t>(builder)].record;
        apply(farm, builder, policy::judge_good_elsewhere(record));
    }
}

void Evidence::package_failed(Farm& farm, const End& end, const Heard& word, bool suspect) {
    Job& job = farm.jobs()[static_cast<std::size_t>(end.job)];
    const Builder& builder = farm.builders()[static_cast<std::size_t>(end.builder)];
    add_once(job.failed_on, end.builder);
    if (job.asked_again && job.first_builder >= 0) {
        const auto& first = farm.builders()[static_cast<std::size_t>(job.first_builder)].record;
        apply(farm, job.first_builder,
              policy::judge_taken_back(first, {job.first_weight, false, job.first_canary},
                                       builder_threshold));
    } else {
        job.first_builder = end.builder;
        job.first_weight = word.weight;
        job.first_canary = word.canary;
    }
    const bool ask = !job.asked_again && farm.living(builder.group) > 1 &&
                     (suspect || builder.record.quarantined);
    if (ask) {
        job.asked_again = true;
        return farm.settle(end.job, Job::State::pending);
    }
    farm.settle(end.job, Job::State::failed);
    if (!job.asked_again)
        of_builder_[static_cast<std::size_t>(end.builder)].verdicts.emplace_back(farm.now(),
                                                                                 end.job);
}

void Evidence::builder_failed(Farm& farm, const End& end) {
    Job& job = farm.jobs()[static_cast<std::size_t>(end.job)];
    const Builder& builder = farm.builders()[static_cast<std::size_t>(end.builder)];
    add_once(job.failed_on, end.builder);
    if (end.outcome == Outcome::SILENT) add_once(job.silent_on, end.builder);
    const policy::FailedAttempts failed{job.failures, static_cast<int>(job.failed_on.size()),
                                        static_cast<int>(job.silent_on.size())};
    const policy::BuilderKind kind{farm.living(builder.group), builder.record.failures};
    if (end.outcome == Outcome::BUILDERFAIL) farm.fail_by_scan(end.builder, false);
    const bool given_up = policy::give_up(failed, kind, job_threshold);
    farm.settle(end.job, given_up ? Job::State::failed : Job::State::pending);
    if (given_up) clear_builders(farm, end.job);
}

// As `queue build` has it tried again.
void Evidence::chroot_failed(Farm& farm, const End& end) {
    farm.settle(end.job, Job::State::chroot_wait);
    Waiting& wait = chroot_waits_[end.job];
    ++wait.answers;
    const Seconds delay =
        wait.answers == 1 ? 900 : 60 * policy::same_answer_delay(wait.answers).count();
    wait.retry_at = wait.answers >= policy::answers_for_a_person ? -1 : farm.now() + delay;
}

void Evidence::retry_chroot_waits(Farm& farm) {
    for (auto& [job, wait] : chroot_waits_) {
        if (wait.retry_at < 0 || wait.retry_at > farm.now()) continue;
        wait.retry_at = -1;
        if (farm.jobs()[static_cast<std::size_t>(job)].state == Job::State::chroot_wait)
            farm.settle(job, Job::State::pending);
    }
}

Seconds Evidence::probe_delay(Farm& farm, int index) {
    const auto& builders = farm.builders();
    const Builder& builder = builders[static_cast<std::size_t>(index)];
    policy::SilentTogether together;
    if (builder.silent_since >= 0) {
        for (int i = 0; i < static_cast<int>(builders.size()); ++i) {
            const Seconds since = builders[static_cast<std::size_t>(i)].silent_since;
            if (since < 0 || std::abs(since - builder.silent_since) > 300) continue;
            ++together.all;
            if (since < builder.silent_since || (since == builder.silent_since && i <= index))
                ++together.before;
        }
    }
    return 60 * policy::probe_backoff(builder.probe_failures, together).count();
}

}  // namespace bench
