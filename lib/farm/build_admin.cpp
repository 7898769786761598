#include "farm/build_admin.hpp"

#include <fmt/format.h>

#include "db/build_edits.hpp"
#include "db/queue_build.hpp"
#include "db/snapshot.hpp"
#include "db/weights.hpp"
#include "farm/estimates.hpp"
#include "farm/queue_build.hpp"
#include "policy/admin.hpp"

namespace buildd::farm {

namespace {

constexpr const char* as_it_was = "is as it was";

void retry_one(db::Transaction& transaction, const BuildFacts& build) {
    require_allowed(build, policy::check_retry(build, db::read_clashes(transaction, build.id)));
    try {
        const bool moved = build.state == BuildState::NEEDSBUILD
                               ? db::let_go_again(transaction, build.id)
                               : db::retry_build(transaction, build.id, build.state);
        if (!moved) throw_moved(build);
    } catch (const db::StatementError& error) {
        if (error.is_taken()) throw_moved(build);  // another became active
        throw;
    }
}

std::string retried(db::Database& database, const BuildFacts& build) {
    const auto score = db::read_score(database, build.id);
    return line_about(build, fmt::format("{} -> NEEDSBUILD, score {}", label(build.state),
                                         score ? score->score : 0));
}

std::string cancel_one(db::Transaction& transaction, const BuildFacts& build) {
    const auto to = policy::cancelled(build);
    if (!to) require_allowed(build, to.error());
    if (*to == build.state) return line_about(build, as_it_was);
    const bool moved = *to == BuildState::CANCELLED ? db::cancel_pending(transaction, build.id)
                                                    : db::cancel_running(transaction, build.id);
    if (!moved) throw_moved(build);
    return line_about(build, fmt::format("{} -> {}", label(build.state), label(*to)));
}

db::JobScore pending_score(db::Database& database, const BuildFacts& build) {
    const auto score = db::read_score(database, build.id);
    if (!score || score->running)
        require_allowed(
            build, Error{fmt::format("is {} and {}: only pending jobs are scored",
                                     label(build.state), score ? "has a builder" : "has no job")});
    return *score;
}

std::string scored(const BuildFacts& build, const db::JobScore& score) {
    return line_about(build,
                      fmt::format("score {}{}", score.score,
                                  score.manual ? ", kept by queue build" : ", by the rules"));
}

}  // namespace

BuildFacts read_known_build(db::Database& database, BuildId id) {
    auto build = db::read_build_facts(database, id);
    if (!build) throw Failure(ExitStatus::usage, fmt::format("there is no build {}", id.value));
    return std::move(*build);
}

void require_allowed(const BuildFacts& build, const Result<void>& checked) {
    if (checked) return;
    throw Failure(ExitStatus::bad_input,
                  fmt::format("build {} ({}) {}; nothing was changed", build.id.value,
                              build.title(), checked.error().message));
}

void throw_moved(const BuildFacts& build) {
    throw Failure(ExitStatus::busy,
                  fmt::format("build {} ({}) is no longer what it was a moment ago ({}); nothing "
                              "was changed: try again",
                              build.id.value, build.title(), label(build.state)));
}

std::string line_about(const BuildFacts& build, const std::string& what) {
    return fmt::format("build {}, {}: {}", build.id.value, build.title(), what);
}

Lines retry_builds(db::Database& database, int score_per_hour, Log& log,
                   const std::vector<BuildId>& ids) {
    db::Transaction transaction(database);
    std::vector<BuildFacts> builds;
    for (const BuildId id : ids) {
        builds.push_back(read_known_build(transaction, id));
        retry_one(transaction, builds.back());
    }
    estimate_jobs(transaction, ids);
    weigh_jobs(transaction, score_per_hour, ids);
    score_jobs(transaction, score_per_hour, log, ids);
    Lines lines;
    for (const auto& build : builds) lines.push_back(retried(transaction, build));
    transaction.commit();
    return lines;
}

Lines retry_matching(db::Database& database, int score_per_hour, Log& log, db::BuildFilter filter) {
    filter.worth_a_retry = true;
    Lines lines;
    for (const auto& row : db::list_builds(database, filter)) {
        try {
            for (auto& line : retry_builds(database, score_per_hour, log, {row.id}))
                lines.push_back(std::move(line));
        } catch (const db::Lost&) {
            throw;
        } catch (const Failure& refused) {
            lines.push_back(fmt::format("passed over: {}", refused.what()));
        }
    }
    return lines;
}

Lines cancel_builds(db::Database& database, const std::vector<BuildId>& ids) {
    db::Transaction transaction(database);
    Lines lines;
    for (const BuildId id : ids)
        lines.push_back(cancel_one(transaction, read_known_build(transaction, id)));
    db::weigh_owners_again(transaction, ids);
    transaction.commit();
    return lines;
}

Lines rescore_build(db::Database& database, BuildId id, int score) {
    const BuildFacts build = read_known_build(database, id);
    const db::JobScore before = pending_score(database, build);
    const db::JobScore after{before.job, false, score, true};
    if (before.score == score && before.manual) return {line_about(build, as_it_was)};
    if (!db::set_score(database, before, score, true)) throw_moved(build);
    return {scored(build, after)};
}

Lines rescore_by_rule(db::Database& database, int score_per_hour, Log& log, BuildId id) {
    db::Transaction transaction(database);
    const BuildFacts build = read_known_build(transaction, id);
    const db::JobScore before = pending_score(transaction, build);
    if (!before.manual) return {line_about(build, as_it_was)};
    if (!db::set_score(transaction, before, before.score, false)) throw_moved(build);
    score_jobs(transaction, score_per_hour, log, std::vector{id});
    const db::JobScore after = pending_score(transaction, build);
    transaction.commit();
    return {scored(build, after)};
}

}  // namespace buildd::farm
