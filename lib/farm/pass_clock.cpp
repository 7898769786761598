#include "farm/pass_clock.hpp"

#include <algorithm>
#include <sys/timerfd.h>

#include "base/failure.hpp"

namespace buildd::farm {

namespace {

using std::chrono::milliseconds;

// Between the cut and the end: a log's last bytes are compressed and synced in it.
constexpr milliseconds most_wind_down{5000};

Fd timer_at(PassClock::Clock::time_point when) {
    Fd fd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    const auto since = when.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    itimerspec time{};
    time.it_value.tv_sec = seconds.count();
    time.it_value.tv_nsec = std::chrono::nanoseconds(since - seconds).count();
    if (!fd.open() || ::timerfd_settime(fd.get(), TFD_TIMER_ABSTIME, &time, nullptr) != 0)
        throw Failure(ExitStatus::unavailable, system_error("cannot make", "a timerfd").message);
    return fd;
}

}  // namespace

PassClock::Alarm::Alarm(net::Loop& loop, Clock::time_point when, std::function<void()> action)
    : fd(timer_at(when)), watch(loop, fd.get(), std::move(action)) {}

milliseconds PassClock::until_cut(std::chrono::seconds timeout) {
    return timeout - std::min(most_wind_down, milliseconds(timeout) / 10);
}

void PassClock::start(net::Loop& loop, net::Http& http, std::chrono::seconds timeout) {
    const auto now = Clock::now();
    const auto end = now + timeout;
    loop_ = &loop;
    cut_at_ = now + until_cut(timeout);
    cut_.emplace(loop, cut_at_, [this, &http] {
        cut_->watch.stop();
        http.cut();
    });
    end_.emplace(loop, end, [this] { this->end(); });
}

void PassClock::stop() {
    cut_.reset();
    end_.reset();
    over_ = false;
}

void PassClock::end() {
    if (holds_ == 0) throw PassTimeout();
    over_ = true;
    end_->watch.stop();
}

void PassClock::let_go() {
    if (--holds_ > 0 || !over_) return;
    over_ = false;
    loop_->add_timer(loop_->now(), [] { throw PassTimeout(); });
}

bool PassClock::room_for(milliseconds duration) const {
    return !cut_ || Clock::now() + duration <= cut_at_;
}

}  // namespace buildd::farm
