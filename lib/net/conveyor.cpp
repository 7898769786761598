#include "net/conveyor.hpp"

namespace buildd::net {

// Not before there is enough for the way to the helper thread to be worth it.
Result<void> Conveyor::take(std::string_view piece) {
    if (!worked_) return worked_;
    pending_ += piece;
    if (pending_.size() >= max_pending_ / 2) start();
    if (pending_.size() >= max_pending_) brake_.pull();
    return {};
}

void Conveyor::start() {
    if (idle_ && !idle_->is_set()) return;
    idle_.emplace(loop_);
    loop_.spawn(run());
}

Task<> Conveyor::run() {
    while (!pending_.empty() && worked_) {
        in_hand_.swap(pending_);
        pending_.clear();
        brake_.release();
        auto worked = co_await loop_.offload([&] { return work_(in_hand_); });
        worked_ = std::move(worked);
    }
    brake_.release();
    idle_->set();
}

Task<Result<void>> Conveyor::finish() {
    start();
    Event& idle = *idle_;
    co_await idle;
    co_return worked_;
}

}  // namespace buildd::net
