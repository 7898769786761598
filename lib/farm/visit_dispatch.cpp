// dispatch: give the idle builder work (spec: behaviour §8, "Start").
#include "farm/visit.hpp"
#include "policy/obstacles.hpp"

namespace buildd::farm {

bool Visit::may_take_a_job() const {
    return !failed_now_ &&
           policy::builder_obstacle(builder_, farm_.reset_rules()) == policy::BuilderObstacle::none;
}

net::Task<> Visit::dispatch() {
    co_await know_status();
    const auto& status = *status_;
    if (!status || status->builder_status != BuilderStatus::IDLE) co_return;
    leave_without_room();
    auto job = co_await desk_.claim(seat_, builder_);
    if (!job) co_return;
    claimed_at_ = PassClock::Clock::now();
    builder_.job = std::make_unique<RunningJob>();
    RunningJob& running = *builder_.job;
    running.id = job->id;
    running.build = job->build;
    running.build.state = BuildState::BUILDING;
    running.attempts = job->attempts;
    co_await start(std::move(*job));
}

// Nothing is begun that could not be dispatched any more: it is left to the next pass.
void Visit::leave_without_room() {
    if (!farm_.clock.room_for(farm_.settings().socket_timeout)) throw worker::Cut();
}

}  // namespace buildd::farm
