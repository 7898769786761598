#include "policy/starts.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/fetch_blame.hpp"
#include "policy/why_words.hpp"

namespace buildd::policy {

namespace {

EndAttempt released(std::string why) {
    return start_undone({}, std::move(why));
}

// The build is over; its builder never heard of it.
EndAttempt finished(BuildState state, Outcome outcome, std::string why) {
    EndAttempt end = released(std::move(why));
    end.state = state;
    end.outcome = outcome;
    return end;
}

// As when it was claimed: none may start whose state or place has changed since.
JobObstacle obstacle_of(const ClaimedJob& claim, bool build_security) {
    QueuedJob job;
    job.build = claim.job.build;
    job.build.state = BuildState::NEEDSBUILD;  // it was, before the claim
    job.archive_enabled = claim.archive_enabled;
    job.architecture_enabled = claim.architecture_enabled;
    job.has_chroot = claim.job.chroot.has_value();
    job.made_by = claim.job.made_by;
    return job_obstacle(job, build_security);
}

std::string builder_misfit(const BuilderFacts& builder, const BuildFacts& build,
                           const ResetRules& reset) {
    const BuilderObstacle obstacle = builder_obstacle(builder, reset);
    if (obstacle != BuilderObstacle::busy)  // with this very job
        return fmt::format("the builder is {}", builder_words(obstacle));
    if (builder.manual) return "the builder is manual";
    if (builder.architecture_tag != build.target.architecture_tag)
        return fmt::format("the builder is {} now", builder.architecture_tag);
    if (builder.trusted != build.trusted())
        return fmt::format("the builder is {} now", builder.trusted ? "trusted" : "untrusted");
    if (!builder.trusted && builder.clean_status != CleanStatus::DIRTY)  // the claim made it so
        return fmt::format("the builder is {}", label(builder.clean_status));
    return "";
}

}  // namespace

bool start_under_way(const BuilderFacts& builder) {
    return builder.job && !builder.job->dispatched;
}

bool may_probe(const BuilderFacts& builder, const StartRules& rules) {
    if (!start_under_way(builder)) return true;
    return builder.job->claimed && *builder.job->claimed >= rules.timeout;
}

bool is_probed(const BuilderFacts& builder, const StartRules& rules) {
    return (builder.ok || builder.probe_due) && builder.family_has_chroot &&
           may_probe(builder, rules);
}

StartDecision decide_start(const BuilderFacts& builder, const StartRules& rules, bool dispatches) {
    const RunningJob& job = *builder.job;
    if (job.build.state == BuildState::CANCELLING) {
        EndAttempt cancelled = finished(BuildState::CANCELLED, Outcome::CANCELLED, "");
        cancelled.store_info = true;
        return cancelled;
    }
    if (job.build.state == BuildState::FULLYBUILT)  // by an uploader that was faster
        return finished(BuildState::FULLYBUILT, Outcome::FORGOTTEN, "");
    if (job.claimed && *job.claimed >= rules.timeout)
        return start_timed_out(builder, job.start_file, rules.timeout);
    if (dispatches) return GoOnWithStart{};
    if (!job.claimed) return released("no pass has gone on with its start for long");
    return LeaveAlone{};
}

std::optional<EndAttempt> check_claim(const BuilderFacts& builder, const ClaimedJob& claim,
                                      const StartRules& rules) {
    const JobObstacle obstacle = obstacle_of(claim, rules.build_security);
    if (obstacle == JobObstacle::superseded)
        return finished(BuildState::SUPERSEDED, Outcome::SUPERSEDED,
                        "its source is no longer published");
    if (obstacle == JobObstacle::made)
        return finished(BuildState::SUPERSEDED, Outcome::SUPERSEDED,
                        made_words(*claim.job.made_by));
    if (obstacle != JobObstacle::none) return released(std::string(job_words(obstacle)));
    std::string misfit = builder_misfit(builder, claim.job.build, rules.reset);
    if (misfit.empty()) return std::nullopt;
    return released(std::move(misfit));
}

EndAttempt start_timed_out(const BuilderFacts& builder, const std::string& file,
                           std::chrono::seconds timeout) {
    EndAttempt end =
        released(fmt::format("Slave '{}' ({}) was unable to fetch file. {}: not there "
                             "within {}",
                             builder.name, builder.url, file.empty() ? "chroot or source" : file,
                             show_duration(timeout)));
    end.late = true;
    end.counted = count_late(Asked::no);
    end.again = Again::start_late;
    end.line = {Level::WARNING, end.detail};
    return end;
}

EndAttempt start_undone(Counted counted, std::string why) {
    EndAttempt end = reset_job(Outcome::UNSTARTED, counted);
    end.detail = std::move(why);
    return end;
}

EndAttempt setup_failed(const std::string& reason) {
    EndAttempt end = start_undone({false, true},
                                  fmt::format("Exception ({}) when setting up to new job", reason));
    end.fail_builder = end.detail;
    return end;
}

}  // namespace buildd::policy
