#include "farm/missing.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "db/passes.hpp"
#include "db/snapshot.hpp"

namespace buildd::farm {

namespace {

void tell_family(const Farm& farm, const std::string& family, const std::string& tags) {
    const std::string line = fmt::format("builders.{}: No builders are available", family);
    const std::string more = fmt::format(
        "None of the builders of {} is in use: 'buildd-master builder list' says why", tags);
    const bool loud = farm.dry_run || db::notice_due(farm.database, {"no builder " + family, more});
    farm.log.write(loud ? Level::WARNING : Level::INFO, line);
    farm.log.write(loud ? Level::WARNING : Level::INFO, more);
}

std::string words(const db::UnmetNeed& need) {
    if (!need.refused.empty())
        return fmt::format(
            "{} of {} {}, and each builder in use that may have {} but for that refuses {}{}: "
            "'buildd-master builder set NAME --no-refuse' lets one take all sources",
            counted(need.jobs, "job"), need.group, need.jobs == 1 ? "waits" : "wait",
            need.jobs == 1 ? "it" : "them", need.refused,
            need.jobs == 1 ? "" : " or another source of theirs");
    if (need.tags.empty())
        return fmt::format(
            "Jobs of {} that need no tag wait, and each of their builders in use is reserved: "
            "'buildd-master builder set NAME --no-reserved' lets one take them",
            need.group);
    return fmt::format(
        "{} {} for a builder of {} in use with the {} {}: 'buildd-master need list' and "
        "'buildd-master queue why' tell more",
        counted(need.jobs, "job"), need.jobs == 1 ? "waits" : "wait", need.group,
        need.tags.find(' ') == need.tags.npos ? "tag" : "tags", need.tags);
}

}  // namespace

void tell_what_is_missing(const Farm& farm) {
    const db::Missing missing = db::read_missing(farm.database);
    for (const auto& [family, tags] : missing.families) tell_family(farm, family, tags);
    for (const auto& [name, notes] : missing.builders)
        farm.needs_person(
            "builder " + name, Level::ERROR,
            fmt::format("Builder '{}' is out of use until a person enables it: {}", name, notes));
    for (const auto& need : missing.needs)
        farm.needs_person(
            fmt::format("need {} {}", need.group, need.refused.empty() ? need.tags : "refused"),
            Level::ERROR, words(need));
}

}  // namespace buildd::farm
