// A builder's turn to have its results and log taken: at most so many at once, since each has files
// open (L31). Who is slow may not keep others waiting: when somebody waits, a turn lasts a slice,
// and who has had one waits behind all who have not.
#pragma once

#include <chrono>
#include <optional>

#include "net/http.hpp"

namespace buildd::farm {

class Turn {
 public:
    // `allowed`: how long the job's turns may last together; `before`: how long they have, in
    // earlier passes.
    Turn(net::Loop& loop, net::Semaphore& turns, std::chrono::seconds allowed,
         std::chrono::seconds before)
        : loop_(loop), turns_(turns), allowed_(allowed - before), earlier_(before) {}

    net::Task<> take();     // waits for it; at once when it has it
    net::Task<> pass_on();  // to who waits, and waits behind them
    void end();

    bool is_over() const;  // it has lasted its slice, and somebody waits

    // Of the turns of this pass so far, as the loop's deadlines see time: nobody is told of our own
    // absence.
    std::chrono::milliseconds spent() const;

    // For a file of at most `max_bytes`: it gives way when the turn is over, and ends with what is
    // left of `allowed`.
    net::GetRequest request(std::uint64_t max_bytes) const;

 private:
    net::Loop& loop_;
    net::Semaphore& turns_;
    std::chrono::seconds allowed_;        // in this pass
    std::chrono::seconds earlier_;        // in earlier ones
    std::chrono::milliseconds before_{};  // of turns that have ended
    net::Loop::Clock::time_point since_{};
    std::optional<net::Semaphore::Permit> permit_;
};

}  // namespace buildd::farm
