#include "policy/why_words.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/admin.hpp"
#include "policy/relations.hpp"

namespace buildd::policy {

namespace {

std::string ago(const std::optional<std::chrono::seconds>& age) {
    return age ? fmt::format(" for {}", show_duration(*age)) : "";
}

std::string with_reason(const std::string& notes, const char* end = "") {
    return notes.empty() ? "." : fmt::format(": {}{}", one_line(notes), end);
}

std::string building_sentence(const ExplainedBuild& build) {
    if (build.builder.empty())
        return "It is BUILDING, but no builder has its job: see 'buildd-master db check'.";
    if (!build.fetch_problem.empty())
        return fmt::format("{} has ended it, but its results and log could not be fetched yet: {}.",
                           build.builder, one_line(build.fetch_problem));
    if (build.silent)
        return fmt::format("{} has its job{}, but has not answered{}.", build.builder,
                           ago(build.building), ago(build.silent));
    return fmt::format("{} has been building it{}.", build.builder, ago(build.building));
}

std::string again(const char* what, std::int64_t build) {
    return fmt::format("'buildd-master build {} {}'", what, build);
}

// What `build retry` does with it, by the rule that it follows.
std::string with_retry(const ExplainedBuild& build, std::string told, const std::string& retry) {
    const auto checked = check_retry(build.job.build, build.clashes);
    return told + (checked ? retry : fmt::format("It {}.", checked.error().message));
}

std::string upload_sentence(const ExplainedBuild& build) {
    const auto id = build.job.build.id.value;
    const std::string retry = again("retry", id), reupload = again("reupload", id);
    const std::string why = build.why.empty() ? "" : fmt::format(" ({})", one_line(build.why));
    std::string told =
        fmt::format("Its results could not be taken in{}: see {}. ", why, again("show", id));
    if (check_reupload(build.job.build, build.clashes.active)) {
        if (check_retry(build.job.build, build.clashes))
            return told + fmt::format("{} tries the same files again, {} builds them anew.",
                                      reupload, retry);
        told += fmt::format("{} tries the same files again. ", reupload);
    }
    return with_retry(build, std::move(told), "");
}

std::string dependency_sentence(const ExplainedBuild& build) {
    if (const auto endless = endless_wait(build.dependencies))
        return with_retry(
            build,
            fmt::format("It lacks packages, but {}: it is not tried again by itself. ", *endless),
            again("retry", build.job.build.id.value) + " builds it again.");
    const std::string waits =
        fmt::format("It waits for packages that it lacked: {}.", one_line(build.dependencies));
    if (build.clashes.made_by)
        return fmt::format("{} It is not tried again: {}.", waits,
                           made_words(*build.clashes.made_by));
    if (!build.job.archive_enabled)
        return waits + " It is not tried again while its archive is disabled.";
    if (!build.job.architecture_enabled)
        return waits + " It is not tried again while its architecture is disabled.";
    return waits + " 'buildd-master queue build' tries it again when they are there.";
}

// What is left of it to its own time, farm/chroot_waits.hpp tells.
std::string chroot_sentence(const ExplainedBuild& build) {
    const auto id = build.job.build.id.value;
    std::string told = fmt::format("Its chroot could not be used: see {}. ", again("log", id));
    if (!build.job.archive_enabled)
        told += "It is not tried again by itself while its archive is disabled. ";
    else if (!build.job.architecture_enabled)
        told += "It is not tried again by itself while its architecture is disabled. ";
    return with_retry(build, std::move(told), again("retry", id) + " builds it again at once.");
}

std::string target_words(const TargetFacts& target) {
    return fmt::format("{}/{}/{}", target.distribution, target.series, target.architecture_tag);
}

std::string limit_sentence(const QueuedJob& job) {
    const ArchiveFacts& archive = job.build.archive;
    const bool own = job.limits.archive.value_or(1) <= 0;
    return fmt::format(
        "As many jobs of {} run as may: 'buildd-master {} set {} --max-running' lets more run.",
        own ? "its archive" : fmt::format("{}, who owns its archive,", archive.owner),
        own ? "archive" : "person",
        own ? fmt::format("{}/{}", job.build.target.distribution, archive.name) : archive.owner);
}

std::string who_supersedes(const QueuedJob& job) {
    return job.parked_by.empty() ? "next dispatch" : "next 'buildd-master queue build'";
}

std::string unmet_sentence(const QueuedJob& job) {
    const BuildFacts& build = job.build;
    const std::string group = group_words(build.target.architecture_tag, build.trusted());
    if (job.demands.tags.empty())
        return fmt::format(
            "Each builder of {} in use is reserved for other jobs or refuses {}: see "
            "'buildd-master "
            "builder show NAME'.",
            group, build.source.name);
    return fmt::format(
        "It needs the {} {}, and no builder of {} in use that takes {} has {}: 'buildd-master "
        "builder set NAME --tag {}'.",
        job.demands.tags.size() == 1 ? "tag" : "tags", join(job.demands.tags, " and "), group,
        build.source.name, job.demands.tags.size() == 1 ? "it" : "them",
        join(job.demands.tags, " --tag "));
}

}  // namespace

std::string group_words(const std::string& architecture_tag, bool trusted) {
    return fmt::format("{} {}", architecture_tag, trusted ? "trusted" : "untrusted");
}

std::string made_words(BuildId by) {
    return fmt::format("its archive has its binaries already, from build {}", by.value);
}

std::string_view job_words(JobObstacle obstacle) {
    switch (obstacle) {
        case JobObstacle::none:
            return "may start";
        case JobObstacle::not_needed:
        case JobObstacle::no_job:
        case JobObstacle::claimed:
        case JobObstacle::not_read:
            return "in contradiction (see 'db check')";
        case JobObstacle::parked:
            return "held by a person";
        case JobObstacle::common_cause:
            return "held by a common cause";
        case JobObstacle::not_before:
            return "given back, waiting";
        case JobObstacle::archive_disabled:
            return "archive disabled";
        case JobObstacle::architecture_disabled:
            return "architecture disabled";
        case JobObstacle::superseded:
            return "source superseded";
        case JobObstacle::made:
            return "binaries in the archive already";
        case JobObstacle::for_person:
            return "given back too often, for a person";
        case JobObstacle::security:
            return "SECURITY (build_security is off)";
        case JobObstacle::no_chroot:
            return "without chroot";
        case JobObstacle::denied:
            return "pocket denied";
        case JobObstacle::limited:
            return "at a limit of running jobs";
        case JobObstacle::unmet:
            return "not for any builder in use";
    }
    return "";
}

std::string_view builder_words(BuilderObstacle obstacle) {
    switch (obstacle) {
        case BuilderObstacle::none:
            return "free";
        case BuilderObstacle::disabled:
            return "disabled";
        case BuilderObstacle::failed:
            return "failed";
        case BuilderObstacle::manual:
            return "manual";
        case BuilderObstacle::busy:
            return "busy";
        case BuilderObstacle::quarantined:
            return "in quarantine";
        case BuilderObstacle::cut_off:
            return "cut off";
        case BuilderObstacle::unclean:
            return "being reset";
        case BuilderObstacle::unknown_architecture:
            return "not yet scanned";
        case BuilderObstacle::no_reset:
            return "not clean (no vm_resume_command)";
    }
    return "";
}

std::string state_sentence(const ExplainedBuild& build) {
    const auto id = build.job.build.id.value;
    switch (build.job.build.state) {
        case BuildState::NEEDSBUILD:
            break;
        case BuildState::FULLYBUILT:
            return "It is built; nothing is left to do.";
        case BuildState::FAILEDTOBUILD:
            return with_retry(build, fmt::format("It failed to build: see {}. ", again("log", id)),
                              again("retry", id) + " builds it again.");
        case BuildState::MANUALDEPWAIT:
            return dependency_sentence(build);
        case BuildState::CHROOTWAIT:
            return chroot_sentence(build);
        case BuildState::SUPERSEDED:
            if (build.clashes.made_by)
                return fmt::format("It is not needed: {}.", made_words(*build.clashes.made_by));
            if (!build.job.build.source_published) return "Its source is no longer published here.";
            return with_retry(build, "",
                              fmt::format("Its source was superseded, but is published again: {} "
                                          "builds it.",
                                          again("retry", id)));
        case BuildState::BUILDING:
            return building_sentence(build);
        case BuildState::FAILEDTOUPLOAD:
            return upload_sentence(build);
        case BuildState::UPLOADING:
            return "It is built; its results wait for the next collect to upload them.";
        case BuildState::CANCELLING:
            return fmt::format("It is being cancelled: collect aborts it on {}.",
                               build.builder.empty() ? "no builder" : build.builder);
        case BuildState::CANCELLED:
            return with_retry(build, "It was cancelled. ",
                              again("retry", id) + " builds it again.");
    }
    return "";
}

std::string job_sentence(const ExplainedBuild& build, JobObstacle obstacle) {
    const BuildFacts& facts = build.job.build;
    const TargetFacts& target = facts.target;
    switch (obstacle) {
        case JobObstacle::no_job:
            return build.source_has_files
                       ? "It has no job: 'buildd-master queue build' makes one."
                       : "It has no job, and gets none as long as its source has no files.";
        case JobObstacle::claimed:
            return fmt::format(
                "{} has its job though it is NEEDSBUILD: the next collect repairs "
                "that.",
                build.builder);
        case JobObstacle::parked:
            return fmt::format("It is held by {}{} {} lets it be dispatched again.",
                               build.job.parked_by, with_reason(build.job.park_reason, "."),
                               again("release", facts.id.value));
        case JobObstacle::common_cause:
            return fmt::format(
                "Nobody is to blame: {}. It waits until a job that is tried now and then comes "
                "through.",
                build.job.cause);
        case JobObstacle::not_before:
            return fmt::format("It was given back by a builder and waits for another {}.",
                               show_duration(build.job.waits.value_or(std::chrono::seconds{0})));
        case JobObstacle::archive_disabled:
            return fmt::format("Its archive {}/{} is disabled.", target.distribution,
                               facts.archive.name);
        case JobObstacle::architecture_disabled:
            return fmt::format("The architecture {} is disabled.", target_words(target));
        case JobObstacle::superseded:
            return fmt::format(
                "Its source is no longer published in {}/{}, archive {}: the {} "
                "makes it SUPERSEDED.",
                target.distribution, target.series, facts.archive.name, who_supersedes(build.job));
        case JobObstacle::made:
            return fmt::format("It is not needed: {}. The {} makes it SUPERSEDED.",
                               made_words(*build.job.made_by), who_supersedes(build.job));
        case JobObstacle::for_person:
            return fmt::format(
                "It was given back by builders {} times, so that a person has to look: see {}. {} "
                "lets it be dispatched again.",
                build.givenback, again("show", facts.id.value), again("retry", facts.id.value));
        case JobObstacle::security:
            return "It is for the pocket SECURITY, and build_security is off.";
        case JobObstacle::no_chroot:
            return fmt::format(
                "There is no chroot of {} for {}: 'buildd-master chroot set' gives "
                "it one.",
                target_words(target), label(target.pocket));
        case JobObstacle::denied:
            return fmt::format("The series {}/{} is {}: nothing is built for its pocket {}.",
                               target.distribution, target.series, label(target.series_status),
                               label(target.pocket));
        case JobObstacle::limited:
            return limit_sentence(build.job);
        case JobObstacle::unmet:
            return unmet_sentence(build.job);
        case JobObstacle::none:
        case JobObstacle::not_needed:
        case JobObstacle::not_read:
            break;
    }
    return "dispatch does not read its job: see 'buildd-master db check'.";
}

std::string builder_sentence(const WatchedBuilder& builder, BuilderObstacle obstacle) {
    const std::string& name = builder.facts.name;
    switch (obstacle) {
        case BuilderObstacle::none:
            return fmt::format("{} is free.", name);
        case BuilderObstacle::disabled:
            return fmt::format("{} is disabled by {}{}", name, builder.disabled_by,
                               with_reason(builder.notes));
        case BuilderObstacle::failed:
            return fmt::format("{} has failed and is probed again {}{}", name,
                               builder.next_probe && builder.next_probe->count() > 0
                                   ? "in " + show_duration(*builder.next_probe)
                                   : "by the next scan",
                               with_reason(builder.notes));
        case BuilderObstacle::manual:
            return fmt::format("{} is manual: dispatch never gives it a job.", name);
        case BuilderObstacle::busy:
            return fmt::format("{} is busy with another job.", name);
        case BuilderObstacle::quarantined:
            return fmt::format(
                "{} is in quarantine, for much speaks against it: in {} it is given one job to "
                "try it.",
                name, show_duration(builder.facts.rests.value_or(std::chrono::seconds{0})));
        case BuilderObstacle::cut_off:
            return fmt::format(
                "{} is cut off: builders in its network fail alike, and one of them is given a "
                "job now and then to try it.",
                name);
        case BuilderObstacle::unclean:
            return fmt::format("{} {}: it takes untrusted jobs only after that.", name,
                               builder.facts.clean_status == CleanStatus::CLEANING
                                   ? "is being reset"
                                   : "waits to be reset");
        case BuilderObstacle::unknown_architecture:
            return fmt::format(
                "{} has not said its architecture yet: no scan has reached it{}", name,
                builder.facts.family_has_chroot ? "."
                                                : ", for its processor family has no chroot.");
        case BuilderObstacle::no_reset:
            return fmt::format(
                "{} is {}: it takes untrusted jobs only after a reset, and there is "
                "no vm_resume_command.",
                name, label(builder.facts.clean_status));
    }
    return "";
}

}  // namespace buildd::policy
