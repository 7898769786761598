#include "farm/breakers.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "db/library.hpp"
#include "db/places.hpp"
#include "db/queue.hpp"
#include "policy/fetch_blame.hpp"

namespace buildd::farm {

namespace {

constexpr std::chrono::seconds patience{2};

}  // namespace

void Breakers::prepare() {
    if (farm_.dry_run) return;
    farm_.guarded("Jobs that wait could not be noted", [&] {
        open_ = db::open_breakers(farm_.database);
        if (open_.empty()) return;
        ask_for_files();
        hold_jobs();
        let_probes_go();
    });
}

// What the master can have again is worth a probe at once.
void Breakers::ask_for_files() {
    for (auto& row : open_) {
        if (!row.asked || row.probe_due || !is_there(*row.asked)) continue;
        db::probe_now(farm_.database, row.id);
        row.probe_due = true;
    }
}

bool Breakers::is_there(LibraryFileId id) {
    const auto file = db::read_library_file(farm_.database, id);
    const auto url = file ? farm_.librarian.url_for(*file, std::chrono::minutes(1))
                          : Result<std::string>(Error{"it is gone"});
    if (!url) return false;
    const auto status = farm_.loop.run_one(farm_.http.head(*url, patience));
    return status && policy::heard(*status) == policy::Asked::there;
}

void Breakers::hold_jobs() {
    causes_.clear();
    for (const auto& row : open_) causes_.push_back(breaker_of(row).cause);
    for (std::size_t i = 0; i < open_.size(); ++i)
        if (open_[i].kind == CauseKind::file)
            db::hold_of_file(farm_.database, open_[i].id, {parse_int(open_[i].key).value_or(0)});
    auto classes = db::read_job_classes(farm_.database);
    std::vector<PendingJob*> jobs;
    for (auto& job : classes) jobs.push_back(&job);
    db::read_places(farm_.database, jobs);
    std::vector<JobId> held;
    std::vector<std::int64_t> breakers;
    for (const auto& job : classes) {
        const auto shared = book_.of_job(job);
        const auto cause = std::find_if(causes_.begin(), causes_.end(), [&](const auto& one) {
            return policy::holds(one, shared, job.build.trusted());
        });
        if (cause == causes_.end()) continue;
        held.push_back(job.id);
        breakers.push_back(open_[static_cast<std::size_t>(cause - causes_.begin())].id);
    }
    if (!held.empty()) db::hold_like(farm_.database, held, breakers);
}

void Breakers::let_probes_go() {
    for (const auto& row : open_)
        if (row.probe_due &&
            db::let_probe_go(farm_.database, row.id, policy::probe_delay(row.probes + 1)))
            farm_.log.info("A job is tried to see whether it works again: {}", row.words);
}

policy::Breaker Breakers::breaker_of(const db::BreakerRow& row) {
    policy::Breaker breaker;
    breaker.cause = {book_.number(row.kind, row.key), row.word, row.trusted, {}, std::nullopt};
    breaker.opened = row.opened;
    return breaker;
}

}  // namespace buildd::farm
