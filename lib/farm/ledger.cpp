#include "farm/ledger.hpp"

#include "db/attempts.hpp"
#include "db/builders.hpp"
#include "farm/held_rows.hpp"

namespace buildd::farm {

namespace {

constexpr net::Milliseconds delay{500};

}  // namespace

void Ledger::schedule() {
    if (scheduled_) return;
    scheduled_ = true;
    farm_.loop.add_timer(farm_.loop.now() + delay, [this] { flush(); });
}

void Ledger::healthy(const BuilderFacts& builder) {
    schedule();
    probes_.push_back({builder.id, builder.ok, builder.probe_failures, builder.architecture_tag,
                       builder.version});
}

void Ledger::still_running(const BuilderFacts& builder, const std::string& logtail) {
    schedule();
    tails_.push_back({builder.job->cookie(), builder.id, logtail});
}

void Ledger::silent(const BuilderFacts& builder) {
    schedule();
    silent_.push_back({builder.job->cookie(), builder.id, ""});
}

void Ledger::start_waits(const BuilderFacts& builder, const std::string& file) {
    schedule();
    starts_.push_back({builder.job->cookie(), builder.id, file});
}

void Ledger::fetched(const BuilderFacts& builder, std::chrono::seconds spent,
                     const std::string& problem) {
    schedule();
    fetches_.push_back({builder.job->cookie(), builder.id, spent, problem});
}

void Ledger::aborting(const BuilderFacts& builder) {
    schedule();
    aborting_.push_back(builder.id);
}

void Ledger::not_aborting(const BuilderFacts& builder) {
    schedule();
    not_aborting_.push_back(builder.id);
}

void Ledger::flush() {
    scheduled_ = false;
    if (farm_.dry_run) return;
    const auto write = [&](auto edit, auto& gathered) {
        farm_.guarded("Builders' news could not be written",
                      [&] { say_held(farm_, edit(farm_.database, std::exchange(gathered, {}))); });
    };
    write(db::store_probes, probes_);
    write(db::store_tails, tails_);
    write(db::mark_silent, silent_);
    write(db::note_start_files, starts_);
    write(db::add_fetch_time, fetches_);
    write(db::start_aborting, aborting_);
    write(db::stop_aborting, not_aborting_);
}

}  // namespace buildd::farm
