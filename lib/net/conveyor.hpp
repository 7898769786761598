// Bytes that come on the loop's thread and are worked on by a helper thread, in their order: what
// takes long or may wait for the disk keeps nobody else waiting.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http.hpp"

namespace buildd::net {

class Conveyor {
 public:
    // Works on one piece. Not called again after an error.
    using Work = std::function<Result<void>(std::string_view piece)>;

    // `max_pending`: bytes that may wait; as many again are being worked on.
    Conveyor(Loop& loop, std::size_t max_pending, Work work)
        : loop_(loop), max_pending_(max_pending), work_(std::move(work)) {}
    Conveyor(const Conveyor&) = delete;
    Conveyor& operator=(const Conveyor&) = delete;

    // The work's error, once there is one: it may belong to an earlier piece.
    Result<void> take(std::string_view piece);
    Brake& brake() { return brake_; }  // for the transfer that calls take()

    // Waits until all is worked on. Whatever became of the transfer, before this object goes or
    // anything that the work uses.
    Task<Result<void>> finish();

 private:
    void start();
    Task<> run();

    Loop& loop_;
    std::size_t max_pending_;
    Work work_;
    Brake brake_;
    std::string pending_, in_hand_;
    std::optional<Event> idle_;  // of the last run(), if any: set when it ended
    Result<void> worked_;        // as far as the loop's thread knows
};

}  // namespace buildd::net
