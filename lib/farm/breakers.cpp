#include "farm/breakers.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "db/places.hpp"
#include "db/queue.hpp"
#include "policy/dispatch.hpp"

namespace buildd::farm {

namespace {

// dispatch starts it, or deletes it, and the next one comes.
bool is_worth_a_try(policy::Dispatchable verdict) {
    return verdict == policy::Dispatchable::start || verdict == policy::Dispatchable::superseded ||
           verdict == policy::Dispatchable::made;
}

}  // namespace

void Breakers::prepare() {
    if (farm_.dry_run) return;
    farm_.guarded("Jobs that wait could not be noted", [&] {
        open_ = db::open_breakers(farm_.database);
        if (open_.empty()) return;
        ask_for_files();
        hold_jobs();
        open_ = db::open_breakers(farm_.database);
        let_probes_go();
        cut_off_networks();
    });
}

void Breakers::hold_jobs() {
    causes_.clear();
    for (const auto& row : open_) causes_.push_back(breaker_of(row).cause);
    for (const auto& row : open_)
        if (row.kind == CauseKind::file)
            db::hold_of_file(farm_.database, row.id, {parse_int(row.key).value_or(0)}, row.trusted);
    auto alike = db::read_alike_jobs(farm_.database);
    std::vector<PendingJob*> examples;
    for (auto& jobs : alike) examples.push_back(&jobs.example);
    db::read_places(farm_.database, examples);
    db::read_source_files(farm_.database, examples);
    std::vector<JobId> like;
    std::vector<std::optional<std::int64_t>> holders;
    for (const auto& jobs : alike) {
        const auto holder = holder_of(jobs);
        if (holder == jobs.held_by) continue;
        like.push_back(jobs.example.id);
        holders.push_back(holder);
    }
    if (!like.empty()) db::hold_like(farm_.database, like, holders);
}

// The one that holds them already, while it may. Which file a job needs, hold_of_file has seen to.
std::optional<std::int64_t> Breakers::holder_of(const db::AlikeJobs& jobs) {
    const auto shared = book_.of_job(jobs.example);
    std::optional<std::int64_t> first;
    for (std::size_t i = 0; i < open_.size(); ++i) {
        const bool holds = policy::holds(causes_[i], shared, jobs.example.build.trusted());
        if (open_[i].id == jobs.held_by && (holds || open_[i].kind == CauseKind::file))
            return jobs.held_by;
        if (holds && !first) first = open_[i].id;
    }
    return first;
}

void Breakers::let_probes_go() {
    for (const auto& row : open_) {
        const auto turn = policy::probe_turn({row.probe_due, row.probe_unclaimed, row.probe_gone});
        if (turn == policy::ProbeTurn::none || (row.held == 0 && !row.has_probe)) continue;
        if (turn == policy::ProbeTurn::instead) db::hold_probe_again(farm_.database, row.id);
        let_probe_go(row, turn == policy::ProbeTurn::next);
    }
}

void Breakers::let_probe_go(const db::BreakerRow& row, bool counts) {
    std::vector<JobId> jobs;
    std::vector<policy::ProbeCandidate> candidates;
    for (const auto& best : db::read_held_best(farm_.database, row.id)) {
        if (!is_worth_a_try(policy::dispatchable(best.job, farm_.settings().build_security)))
            continue;
        jobs.push_back(best.job.id);
        candidates.push_back({best.job.build.trusted(), best.idle, best.owner_tried,
                              best.group_tried, best.tried, best.job.lastscore});
    }
    const auto chosen = policy::next_probe(row.trusted, candidates);
    const auto next_in = policy::probe_delay(counts ? row.probes + 1 : 0);
    if (chosen && db::let_probe_go(farm_.database, row.id, jobs[*chosen], next_in, counts))
        farm_.log.info("A job is tried to see whether it works again: {}", row.words);
}

policy::Breaker Breakers::breaker_of(const db::BreakerRow& row) {
    policy::Breaker breaker;
    breaker.cause = {book_.number(row.kind, row.key), row.word, row.trusted, {}, std::nullopt};
    breaker.opened = row.opened;
    breaker.trusted_waits = row.trusted_waits;
    return breaker;
}

}  // namespace buildd::farm
