// When a pass has to be over, by the real clock: the loop's own stands still while the database is
// waited for, but the next minute does not.
#pragma once

#include <chrono>
#include <optional>

#include "base/fd.hpp"
#include "net/http.hpp"
#include "net/loop.hpp"

namespace buildd::farm {

// Thrown out of Loop::run() when a pass reaches its end with flows left: they are gone.
struct PassTimeout : std::exception {};

class PassClock {
 public:
    using Clock = std::chrono::steady_clock;

    // Calls are cut (net::Http::cut) a little before `timeout` is over, so that every flow can put
    // away what it has; flows that are there still at the end are destroyed by a PassTimeout.
    // Throws Failure(unavailable) when there is no descriptor left.
    void start(net::Loop& loop, net::Http& http, std::chrono::seconds timeout);
    void stop();  // no cut and no end any more

    // From the start of a pass to its cut.
    static std::chrono::milliseconds until_cut(std::chrono::seconds timeout);

    // While one lives, the end is put off: what its owner waits for has a deadline of its own, and
    // must not be lost. Must not outlive the clock.
    class Hold {
     public:
        explicit Hold(PassClock& clock) : clock_(clock) { ++clock_.holds_; }
        ~Hold() { clock_.let_go(); }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;

     private:
        PassClock& clock_;
    };

    // Is there so much time until calls are cut? Always, before start() and after stop().
    bool room_for(std::chrono::milliseconds duration) const;

 private:
    struct Alarm {
        Alarm(net::Loop& loop, Clock::time_point when, std::function<void()> action);
        Fd fd;  // timerfd
        net::Watch watch;
    };
    void end();
    void let_go();

    net::Loop* loop_ = nullptr;
    std::optional<Alarm> cut_, end_;
    int holds_ = 0;
    bool over_ = false;  // but for the holds
    Clock::time_point cut_at_{};
};

}  // namespace buildd::farm
