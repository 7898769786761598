#include "farm/chroot_waits.hpp"

#include <algorithm>
#include <map>

#include "db/queue.hpp"
#include "db/queue_build.hpp"
#include "db/waits.hpp"
#include "farm/open_causes.hpp"

namespace buildd::farm {

namespace {

using policy::WaitStep;

// Of each build what is to blame for it by an open breaker; empty: nothing is known.
std::map<BuildId, std::string> causes_of(const Settings& settings, db::Database& database,
                                         const std::vector<BuildId>& builds) {
    std::map<BuildId, std::string> causes;
    const auto open = builds.empty() ? std::vector<db::BreakerRow>() : db::open_breakers(database);
    if (open.empty()) return causes;
    SharedBook book(settings);
    const auto known = farm::causes_of(book, open);
    for (const auto& job : db::read_as_pending(database, builds)) {
        const auto holder = holder_of(book, known, job);
        // One that holds nothing has nothing to try itself by.
        if (holder && open[*holder].held > 0) causes[job.build.id] = open[*holder].words;
    }
    return causes;
}

// Answers how many are new.
std::int64_t leave_to_person(db::Database& database, const std::vector<BuildId>& theirs,
                             const std::vector<db::ChrootWait>& waits, Log& log) {
    const auto found = db::set_for_person(database, theirs, BuildState::CHROOTWAIT, true);
    for (const auto& wait : waits)
        if (std::find(found.begin(), found.end(), wait.build.id) != found.end())
            log.error("{} ({}) needs a person: its chroot could not be used {} times in a row",
                      wait.build.title(), wait.build.id.value, wait.answers);
    return static_cast<std::int64_t>(found.size());
}

}  // namespace

WaitsResult retry_chroot_waits(const Settings& settings, db::Database& database, Log& log) {
    const auto waits = db::chroot_waits(database);
    std::vector<BuildId> due, theirs, others;
    for (const auto& wait : waits) {
        const auto verdict = policy::judge_chroot_wait(wait.answers, wait.age);
        (verdict.step == WaitStep::person ? theirs : others).push_back(wait.build.id);
        if (verdict.step == WaitStep::retry) due.push_back(wait.build.id);
    }
    WaitsResult result;
    db::set_for_person(database, others, BuildState::CHROOTWAIT, false);
    result.for_person = leave_to_person(database, theirs, waits, log);
    const auto causes = causes_of(settings, database, due);
    for (const auto& wait : waits) {
        const BuildId id = wait.build.id;
        if (std::find(due.begin(), due.end(), id) == due.end() || causes.contains(id)) continue;
        if (!db::retry_chroot_by_itself(database, id)) continue;
        log.info("{} is tried again by itself: its chroot and archives may be well again",
                 wait.build.title());
        ++result.retried;
    }
    return result;
}

std::optional<std::string> chroot_wait_sentence(const Settings& settings, db::Database& database,
                                                BuildId build) {
    const auto waits = db::chroot_waits(database, build);
    if (waits.empty()) return std::nullopt;
    const auto& wait = waits.front();
    return policy::chroot_wait_sentence(policy::judge_chroot_wait(wait.answers, wait.age),
                                        causes_of(settings, database, {build})[build]);
}

}  // namespace buildd::farm
