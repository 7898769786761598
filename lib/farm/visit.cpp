#include "farm/visit.hpp"

namespace buildd::farm {

Visit::Visit(Farm& farm, Ledger& ledger, ClaimDesk& desk, Stages stages, BuilderFacts builder)
    : farm_(farm),
      ledger_(ledger),
      desk_(desk),
      seat_(desk),
      stages_(stages),
      builder_(std::move(builder)),
      client_(farm.http, builder_.url, farm.timeouts()) {}

net::Task<> Visit::run() {
    ++farm_.report.builders;
    try {
        if (stages_.scan && should_probe()) co_await scan();
        if (stages_.collect && builder_.job) co_await collect();
        if (stages_.dispatch && may_take_a_job()) co_await dispatch();
    } catch (const worker::Cut&) {
        farm_.report.cut.push_back(builder_.name);
    } catch (const db::StatementError& error) {  // its rows, not the session
        farm_.log.error("Builder '{}': the database refused a change, which is undone: {}",
                        builder_.name, error.what());
        farm_.report.needs_person = true;
    } catch (const std::logic_error& error) {
        farm_.log.error("Builder '{}': {}", builder_.name, error.what());
        farm_.report.needs_person = true;
    }
    turn_.reset();  // held still where the change was refused
    seat_.leave();
    status_.reset();  // its size is the builder's choice, and the pass may last
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
