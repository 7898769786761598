#include "policy/admin.hpp"

#include <fmt/format.h>

#include "policy/transitions.hpp"
#include "policy/why_words.hpp"

namespace buildd::policy {

namespace {

Error refusal(const BuildFacts& build, const char* why) {
    return Error{fmt::format("is {}: {}", label(build.state), why)};
}

Error in_the_way(const BuildId& active) {
    return Error{fmt::format("is not the only one of its source and place: build {} is active",
                             active.value)};
}

}  // namespace

Result<void> check_retry(const BuildFacts& build, const Clashes& clashes) {
    const bool held = build.state == BuildState::NEEDSBUILD && build.for_person;
    if (!held && !may_retry(build.state))
        return refusal(build, "only a failed build can be tried again");
    if (clashes.claimed)
        return refusal(build,
                       "its packages may be in the archive, since publish_command came to no known "
                       "end: 'build reupload' runs it again for the same results");
    if (clashes.active) return in_the_way(*clashes.active);
    if (clashes.made_by)
        return Error{fmt::format("cannot be tried again: {}", made_words(*clashes.made_by))};
    if (!build.source_published)
        return Error{
            "cannot be tried again: its source is no longer published there, so it would "
            "become SUPERSEDED"};
    return {};
}

Result<void> check_hold(const BuildFacts& build, bool has_job, bool running) {
    if (build.state == BuildState::NEEDSBUILD && has_job && !running) return {};
    if (build.state == BuildState::NEEDSBUILD && !has_job)
        return refusal(build, "it has no job yet: 'queue build' makes one");
    return refusal(build, "only a job that waits can be held or released");
}

Result<BuildState> cancelled(const BuildFacts& build) {
    switch (build.state) {
        case BuildState::NEEDSBUILD:
            return BuildState::CANCELLED;
        case BuildState::BUILDING:
        case BuildState::CANCELLING:
            return BuildState::CANCELLING;
        case BuildState::UPLOADING:
            return refusal(build, "it is built, and its results cannot be stopped any more");
        default:
            return refusal(build, "there is nothing to cancel");
    }
}

Result<void> check_reupload(const BuildFacts& build, const std::optional<BuildId>& active) {
    if (build.state != BuildState::FAILEDTOUPLOAD)
        return refusal(build, "only a FAILEDTOUPLOAD build can be uploaded again");
    if (active) return in_the_way(*active);
    return {};
}

}  // namespace buildd::policy
