#include <fmt/format.h>

#include "db/build_edits.hpp"
#include "farm/build_admin.hpp"
#include "policy/admin.hpp"

namespace buildd::farm {

namespace {

// Of a job that waits.
db::JobHold hold_of(db::Database& database, const BuildFacts& build) {
    const auto hold = db::read_hold(database, build.id);
    require_allowed(build, policy::check_hold(build, hold.has_value(), hold && hold->running));
    return *hold;
}

Lines set_holds(db::Database& database, const std::vector<BuildId>& ids,
                const db::JobHold& wanted) {
    db::Transaction transaction(database);
    Lines lines;
    for (const BuildId id : ids) {
        const BuildFacts build = read_known_build(transaction, id);
        const db::JobHold before = hold_of(transaction, build);
        const bool same = before == wanted;
        if (!same && !db::set_hold(transaction, id, before, wanted)) throw_moved(build);
        lines.push_back(line_about(build, same                ? "is as it was"
                                          : wanted.by.empty() ? "released"
                                                              : "held"));
    }
    transaction.commit();
    return lines;
}

}  // namespace

Lines hold_builds(db::Database& database, const std::vector<BuildId>& ids, const std::string& who,
                  const std::string& reason) {
    return set_holds(database, ids, {false, who, reason});
}

Lines release_builds(db::Database& database, const std::vector<BuildId>& ids) {
    return set_holds(database, ids, {});
}

}  // namespace buildd::farm
