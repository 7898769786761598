#include "farm/queue_build.hpp"

#include <algorithm>
#include <unistd.h>

#include "base/text.hpp"
#include "db/bulk.hpp"
#include "db/queue.hpp"
#include "db/queue_build.hpp"
#include "db/waiting_clock.hpp"
#include "farm/chroot_waits.hpp"
#include "farm/estimates.hpp"
#include "farm/locks.hpp"
#include "farm/metrics.hpp"
#include "farm/planned_builds.hpp"
#include "policy/score.hpp"
#include "policy/waiting.hpp"
#include "policy/why_words.hpp"

namespace buildd::farm {

namespace {

constexpr std::size_t told_at_once = 100;

void tell_never_built(db::Database& database, const std::vector<PlannedSource>& sources, Log& log) {
    const auto untold = db::store_never_built(database, never_built(sources), std::nullopt, true);
    for (std::size_t i = 0; i < std::min(untold.size(), told_at_once); ++i)
        log.warning("{}", never_sentence(untold[i]));
    if (untold.size() > told_at_once)
        log.warning("... and of {} more sources something; 'buildd-master queue why' counts them",
                    untold.size() - told_at_once);
}

std::int64_t make_builds(db::Database& database, Log& log) {
    log.progress("making builds");
    const auto sources = plan_sources(database, std::nullopt);
    std::vector<db::MissingBuild> wanted, adopting;
    for (const auto& [source, plan] : sources) {
        for (const auto& build : plan.missing)
            wanted.push_back(
                {source.source, build.arch, source.archive, source.pocket, build.arch_indep});
        if (plan.adopts_indep)
            adopting.push_back(
                {source.source, *plan.adopts_indep, source.archive, source.pocket, true});
    }
    db::in_batches(adopting, [&](const auto& batch) { db::adopt_indep(database, batch); });
    std::int64_t made = 0;
    db::in_batches(wanted, [&](const std::vector<db::MissingBuild>& batch) {
        made += db::create_builds(database, batch);
        log.progress("making builds {}/{}", made, wanted.size());
    });
    if (made >= db::worth_counting) db::analyze_table(database, "build");
    tell_never_built(database, sources, log);
    return made;
}

std::int64_t make_jobs(db::Database& database, Log& log) {
    log.progress("looking for builds without a job");
    const auto builds = db::builds_without_job(database);
    std::int64_t made = 0;
    db::in_batches(builds, [&](const std::vector<BuildId>& batch) {
        made += db::create_jobs(database, batch);
        log.progress("making jobs {}/{}", made, builds.size());
    });
    if (made >= db::worth_counting) db::analyze_table(database, "buildqueue");
    return made;
}

// Dispatch, which does so with all others, does not read jobs that a person holds.
void supersede_parked(db::Database& database, Log& log) {
    for (const auto& job : db::parked_jobs(database)) {
        if (job.build.source_published && !job.made_by) continue;
        if (db::supersede(database, job))
            log.info("{} is SUPERSEDED: {}", job.build.title(),
                     job.made_by ? policy::made_words(*job.made_by)
                                 : "its source is no longer published");
    }
}

policy::Score score_of(const db::UnscoredJob& job, int per_hour) {
    if (job.manual) return policy::given_score(*job.given_score, job.waited, per_hour);
    policy::ScoreFacts facts;
    facts.urgency = job.urgency;
    facts.component = job.component;
    facts.pocket = job.build.target.pocket;
    facts.rebuild = job.rebuild;
    facts.is_private = job.build.archive.is_private;
    facts.archive_points = job.archive_points;
    facts.waited = job.waited;
    if (!job.rebuild && !job.build.trusted()) facts.fairness = job.fairness;
    facts.expected = job.expected;
    return policy::score(facts, per_hour);
}

std::vector<db::NewScore> new_scores(const std::vector<db::UnscoredJob>& jobs, int per_hour,
                                     Log& log) {
    std::vector<db::NewScore> changed;
    for (const auto& job : jobs) {
        if (job.manual && !job.given_score) continue;
        const auto score = score_of(job, per_hour);
        log.debug("{} ({}) -> {}", job.build.title(), job.lastscore, score.text());
        if (score.total() != job.lastscore)
            changed.push_back({job.id, job.lastscore, job.manual, score.total()});
    }
    return changed;
}

void move_clocks(db::Database& database) {
    for (const auto& group : db::read_clocks(database))
        if (policy::clock_moves({group.jobs, group.arrivals, group.behind}))
            db::move_clock(database, group);
}

}  // namespace

std::int64_t score_jobs(db::Database& database, int score_per_hour, Log& log,
                        const std::optional<std::vector<BuildId>>& builds) {
    std::int64_t changes = 0;
    JobId after{0};
    for (std::int64_t seen = 0;;) {
        const auto jobs = db::jobs_to_score(database, builds, after);
        if (jobs.empty()) return changes;
        const auto changed = new_scores(jobs, score_per_hour, log);
        db::store_scores(database, changed);
        changes += static_cast<std::int64_t>(changed.size());
        seen += static_cast<std::int64_t>(jobs.size());
        if (!builds) log.progress("scoring the queue: {} jobs", seen);
        after = jobs.back().id;
    }
}

std::string QueueResult::summary() const {
    const std::string left = for_person == 0 ? "" : fmt::format(", {} for a person", for_person);
    return fmt::format("{} and {} made, {} retried, {} scored{}", counted(builds, "build"),
                       counted(jobs, "job"), retried, scored, left);
}

ExitStatus QueueResult::status() const {
    return for_person > 0 ? ExitStatus::needs_person : ExitStatus::done;
}

QueueResult build_queue(const Settings& settings, db::Database& database, Log& log) {
    const auto score_per_hour = static_cast<int>(settings.score_per_hour);
    QueueResult result;
    result.builds = make_builds(database, log);
    log.progress("looking for the ends of waits");
    for (const auto& waits :
         {retry_waits(database, log), retry_chroot_waits(settings, database, log)}) {
        result.retried += waits.retried;
        result.for_person += waits.for_person;
    }
    for (const auto& title : db::remove_fileless_jobs(database)) {
        log.warning("{} has no source files; its job is removed", title);
        ++result.removed;
    }
    supersede_parked(database, log);
    result.jobs = make_jobs(database, log);
    estimate_jobs(database);
    weigh_jobs(database, score_per_hour);
    move_clocks(database);
    result.scored = score_jobs(database, score_per_hour, log, std::nullopt);
    log.progress("");
    log.info("queue build: {}", result.summary());
    return result;
}

std::optional<QueueResult> run_queue_build(const Settings& settings, db::Database& database,
                                           const StopSignals& signals, Log& log) {
    const std::string command = "queue build";
    std::optional<db::PassStart> diary;
    const auto take = [&] {
        diary = db::start_pass(database, db::FarmLock::queue, command, host_name(), ::getpid());
        return diary.has_value();
    };
    const auto lock = take_lock(settings, database, {db::FarmLock::queue, command, {}, take, false},
                                signals, log);
    if (!lock) return std::nullopt;
    db::allow_long_statements(database);
    const auto result = build_queue(settings, database, log);
    db::finish_pass(database, diary->id, static_cast<int>(result.status()), result.summary());
    if (database.rehearsing()) return result;
    // Passes say loudly what is wrong with the file.
    if (auto written = write_metrics(settings, database, {}); !written)
        log.info("{}", written.error().message);
    return result;
}

}  // namespace buildd::farm
