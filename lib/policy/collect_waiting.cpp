#include "policy/collect_waiting.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/pockets.hpp"

namespace buildd::policy {

namespace {

std::string of_build(const RunningJob& job, std::string_view what) {
    return fmt::format("{} ({}) {}", job.build.title(), job.build.id.value, what);
}

// The line alone, as it always was, and then what it is about.
LogLine stars(Level level, std::string_view who, std::string_view what, std::string about) {
    return {level, fmt::format("***** {} {} *****", who, what), std::move(about)};
}

CollectDecision results(const RunningJob& job) {
    const BuildFacts& build = job.build;
    if (pocket_denied(build))
        return LeaveAlone{
            Attention{fmt::format("denied {}", build.id.value),
                      {Level::CRITICAL,
                       fmt::format("{} ({}) can not be built for pocket {}: illegal status",
                                   build.title(), build.id.value, label(build.target.pocket))}}};
    if (build.state == BuildState::FULLYBUILT)
        return finish_build(BuildState::FULLYBUILT, Outcome::OK);
    if (!build.source_published) return finish_build(BuildState::SUPERSEDED, Outcome::SUPERSEDED);
    return FetchResults{};
}

EndAttempt package_failed() {
    EndAttempt end = finish_build(BuildState::FAILEDTOBUILD, Outcome::PACKAGEFAIL);
    end.mail = true;
    return end;
}

EndAttempt dependencies_missing(const RunningJob& job, const BuilderFacts& builder,
                                const WorkerStatus& status, Level level) {
    EndAttempt end = finish_build(BuildState::MANUALDEPWAIT, Outcome::DEPFAIL);
    const std::string lacked = one_line(status.dependencies.value_or(""));
    end.line =
        stars(level, builder.name, "is MANUALDEPWAIT",
              of_build(job, "waits for " + (lacked.empty() ? "packages not named" : lacked)));
    return end;
}

EndAttempt chroot_failed(const RunningJob& job, const BuilderFacts& builder) {
    EndAttempt end = finish_build(BuildState::CHROOTWAIT, Outcome::CHROOTFAIL);
    end.counted = {false, true};
    end.mail = true;
    end.line = stars(Level::CRITICAL, builder.name, "is CHROOTWAIT",
                     of_build(job, "could not use the chroot " +
                                       (job.chroot.empty() ? "that it was given" : job.chroot)));
    return end;
}

// Not cleaned now: scan does that when the builder comes back.
EndAttempt builder_failed(const RunningJob& job, const BuilderFacts& builder) {
    EndAttempt end = reset_job(Outcome::BUILDERFAIL, {true, true});
    end.log = LogNeed::required;
    end.store_info = true;
    end.fail_builder = "Builder returned BUILDERFAIL when asked for its status";
    end.line = stars(Level::WARNING, builder.name, "has failed", of_build(job, "was its job"));
    return end;
}

EndAttempt given_back(const RunningJob& job, const BuilderFacts& builder) {
    EndAttempt end = finish_build(BuildState::NEEDSBUILD, Outcome::GIVENBACK);
    end.again = Again::given_back;
    end.line = stars(Level::WARNING, job.cookie().text(),
                     fmt::format("is GIVENBACK by {}", builder.name), of_build(job, "was its job"));
    return end;
}

LeaveAlone unknown_build_status(const RunningJob& job, const BuilderFacts& builder,
                                const WorkerStatus& status) {
    return {
        Attention{fmt::format("collect {}", job.cookie().text()),
                  {Level::CRITICAL, fmt::format("Unknown BuildStatus '{}' for builder '{}'",
                                                one_line(status.raw_build_status), builder.url)}}};
}

}  // namespace

CollectDecision decide_waiting(const RunningJob& job, const BuilderFacts& builder,
                               const WorkerStatus& status, Level depwait) {
    switch (status.build_status.value_or(BuildStatus::UNKNOWN)) {
        case BuildStatus::OK:
            return results(job);
        case BuildStatus::PACKAGEFAIL:
            return package_failed();
        case BuildStatus::DEPFAIL:
            return dependencies_missing(job, builder, status, depwait);
        case BuildStatus::CHROOTFAIL:
            return chroot_failed(job, builder);
        case BuildStatus::BUILDERFAIL:
            return builder_failed(job, builder);
        case BuildStatus::GIVENBACK:
            return given_back(job, builder);
        case BuildStatus::ABORTED:
            return aborted_by_itself();
        case BuildStatus::UNKNOWN:
            break;
    }
    return unknown_build_status(job, builder, status);
}

EndAttempt aborted_by_itself() {
    EndAttempt end = reset_job(Outcome::ABORTED, {true, true});
    end.log = LogNeed::wanted;
    end.freeing = Freeing::clean;
    return end;
}

void keep_fullybuilt(const RunningJob& job, EndAttempt& end) {
    if (job.build.state != BuildState::FULLYBUILT || end.outcome == Outcome::OK) return;
    end.state = BuildState::FULLYBUILT;
    end.again = Again::soon;
    end.log = LogNeed::none;
    end.counted.job = end.store_info = end.mail = false;
}

}  // namespace buildd::policy
