#include "farm/visit.hpp"

#include "farm/held_rows.hpp"

namespace buildd::farm {

using namespace std::chrono_literals;

Visit::Visit(Farm& farm, Ledger& ledger, ClaimDesk& desk, FileInquiry& inquiry, Stages stages,
             BuilderFacts builder)
    : farm_(farm),
      ledger_(ledger),
      desk_(desk),
      inquiry_(inquiry),
      seat_(desk),
      stages_(stages),
      builder_(std::move(builder)),
      client_(farm.http, builder_.url, farm.settings().socket_timeout),
      turn_(farm.loop, farm.results, farm.limits().transfer,
            builder_.job ? builder_.job->fetching : 0s) {}

Visit::~Visit() {
    if (!over_) farm_.report.cut.push_back(builder_.name);
}

net::Task<> Visit::run() {
    ++farm_.report.builders;
    try {
        const bool starting = policy::start_under_way(builder_);
        const bool goes_on = starting && (stages_.collect || stages_.dispatch);
        if (stages_.scan && !goes_on && should_probe()) co_await scan();
        if (goes_on)
            co_await go_on_with_start();
        else if (stages_.collect && builder_.job)
            co_await collect();
        if (stages_.dispatch && may_take_a_job()) co_await dispatch();
    } catch (const worker::Cut&) {
        farm_.report.cut.push_back(builder_.name);
        note_what_start_waits_for();
    } catch (const db::StatementError& error) {  // its rows, not the session
        refused(error);
    } catch (const std::logic_error& error) {
        farm_.log.error("Builder '{}': {}", builder_.name, error.what());
        farm_.report.needs_person = true;
    }
    turn_.end();  // held still where the change was refused
    seat_.leave();
    status_.reset();  // its size is the builder's choice, and the pass may last
    over_ = true;
}

// The change is undone, and the builder not told of it.
void Visit::refused(const db::StatementError& error) {
    if (error.is_busy()) return leave_to_next_pass(farm_, builder_);
    farm_.log.error("Builder '{}': the database refused a change, which is undone: {}",
                    builder_.name, error.what());
    farm_.report.needs_person = true;
}

net::Task<> Visit::know_status(bool to_its_end) {
    if (status_) co_return;
    auto answer = co_await client_.status(to_its_end);
    if (answer)
        status_.emplace(std::move(*answer));
    else
        status_.emplace(Error{answer.error().message});
}

}  // namespace buildd::farm
