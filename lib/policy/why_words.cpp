#include "policy/why_words.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd::policy {

namespace {

std::string ago(const std::optional<std::chrono::seconds>& age) {
    return age ? fmt::format(" for {}", show_duration(*age)) : "";
}

std::string with_reason(const std::string& notes) {
    return notes.empty() ? "." : fmt::format(": {}", one_line(notes));
}

std::string building_sentence(const ExplainedBuild& build) {
    if (build.builder.empty())
        return "It is BUILDING, but no builder has its job: see 'buildd-master db check'.";
    if (build.silent)
        return fmt::format("{} has its job{}, but has not answered{}.", build.builder,
                           ago(build.building), ago(build.silent));
    return fmt::format("{} has been building it{}.", build.builder, ago(build.building));
}

std::string dependency_sentence(const ExplainedBuild& build) {
    return fmt::format(
        "It waits for packages that it lacked: {}. 'buildd-master queue build' "
        "tries it again when they are there.",
        build.dependencies.empty() ? "which, its builder has not said"
                                   : one_line(build.dependencies));
}

std::string again(const char* what, std::int64_t build) {
    return fmt::format("'buildd-master build {} {}'", what, build);
}

std::string target_words(const TargetFacts& target) {
    return fmt::format("{}/{}/{}", target.distribution, target.series, target.architecture_tag);
}

}  // namespace

std::string group_words(const std::string& architecture_tag, bool trusted) {
    return fmt::format("{} {}", architecture_tag, trusted ? "trusted" : "untrusted");
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
        case JobObstacle::not_before:
            return "given back, waiting";
        case JobObstacle::archive_disabled:
            return "archive disabled";
        case JobObstacle::architecture_disabled:
            return "architecture disabled";
        case JobObstacle::superseded:
            return "source superseded";
        case JobObstacle::for_person:
            return "given back too often, for a person";
        case JobObstacle::security:
            return "SECURITY (build_security is off)";
        case JobObstacle::no_chroot:
            return "without chroot";
        case JobObstacle::denied:
            return "pocket denied";
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
            return fmt::format("It failed to build: see {}. {} builds it again.", again("log", id),
                               again("retry", id));
        case BuildState::MANUALDEPWAIT:
            return dependency_sentence(build);
        case BuildState::CHROOTWAIT:
            return fmt::format(
                "Its chroot could not be used: see {}. When that is mended, {} "
                "builds it again.",
                again("log", id), again("retry", id));
        case BuildState::SUPERSEDED:
            return build.job.build.source_published
                       ? fmt::format(
                             "Its source was superseded, but is published again: {} "
                             "builds it.",
                             again("retry", id))
                       : "Its source is no longer published here.";
        case BuildState::BUILDING:
            return building_sentence(build);
        case BuildState::FAILEDTOUPLOAD:
            return fmt::format(
                "Its results could not be taken in: see {}. {} tries the same "
                "files again, {} builds them anew.",
                again("show", id), again("reupload", id), again("retry", id));
        case BuildState::UPLOADING:
            return "It is built; its results wait for the next collect to upload them.";
        case BuildState::CANCELLING:
            return fmt::format("It is being cancelled: collect aborts it on {}.",
                               build.builder.empty() ? "no builder" : build.builder);
        case BuildState::CANCELLED:
            return fmt::format("It was cancelled. {} builds it again.", again("retry", id));
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
                "Its source is no longer published in {}/{}, archive {}: the next "
                "dispatch makes it SUPERSEDED.",
                target.distribution, target.series, facts.archive.name);
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
