// The event loop of a pass: one thread, many flows (coroutines), around curl_multi_poll.
//
// Everything awaited ends in an Event that the loop sets: a timer, a transfer, a child process, a
// piece of blocking work on a helper thread. A flow is never resumed from inside a callback.
//
// All of it, but for what offload() is given, is called from the one thread that runs the loop. So
// flows need no locks; what one changes before it awaits, others see whole.
#pragma once

#include <cassert>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

#include "base/failure.hpp"
#include "net/task.hpp"

namespace buildd::net {

class Loop;
class Offloader;

using Milliseconds = std::chrono::milliseconds;

// One-shot signal for one waiting flow, which it outlives; who awaits one that is set goes on at
// once. Setting it twice is allowed.
class Event {
 public:
    explicit Event(Loop& loop) : loop_(loop) {}  // which outlives it
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    void set();
    bool is_set() const { return set_; }

    bool await_ready() const { return set_; }
    void await_suspend(std::coroutine_handle<> waiter) {
        assert(!waiter_);  // one flow alone
        waiter_ = waiter;
    }
    void await_resume() const {}

 private:
    Loop& loop_;
    bool set_ = false;
    std::coroutine_handle<> waiter_;
};

class Loop {
 public:
    using Clock = std::chrono::steady_clock;
    using TimerId = std::pair<Clock::time_point, std::uint64_t>;

    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // Starts a flow at the next turn of run().
    void spawn(Task<> flow);

    // Runs until no flow is left; timers that have not fired by then never will. The first
    // exception that leaves a flow, a timer or a watcher ends the run: all flows are destroyed
    // where they stand, then it is rethrown. It may be called again afterwards. Precondition: it is
    // not running.
    void run();

    // Runs `task` alone and answers its result.
    template <class T>
    T run_one(Task<T> task);

    // Time as the loop's deadlines see it: it stands still while the loop was kept from listening
    // (a slow database), so that nobody is called dead for our own absence.
    Clock::time_point now() const;

    // `action` runs once, from the loop. Cancelling a timer that has fired is allowed.
    TimerId add_timer(Clock::time_point when, std::function<void()> action);
    void cancel_timer(TimerId id) { timers_.erase(id); }

    Task<> sleep(Milliseconds duration);

    // Lets every flow go on that can, those just spawned too.
    auto let_others_run() {
        struct Turn {
            Loop& loop;
            bool await_ready() const { return false; }
            void await_suspend(std::coroutine_handle<> me) { loop.ready_.push_back(me); }
            void await_resume() const {}
        };
        return Turn{*this};
    }

    // Calls `action` whenever `fd` is readable, until unwatched (see Watch), in place of an earlier
    // one. It has to read, or it is called again at once. `fd` stays open as long.
    void watch(int fd, std::function<void()> action) {
        assert(fd >= 0);
        watched_[fd] = std::move(action);
    }
    void unwatch(int fd) { watched_.erase(fd); }

    // Ends run() with `reason` at its next turn.
    void stop(std::exception_ptr reason);

    // Runs blocking work (fsync, digests of large files) on a helper thread and answers its result.
    // `work` must not touch anything that the loop's thread may use meanwhile. What it throws comes
    // out of the co_await. A flow that is destroyed meanwhile waits for it.
    template <class Work>
    Task<std::invoke_result_t<Work&>> offload(Work work);

    // For net's own files: the CURLM, and how a finished CURL reaches its owner.
    void* multi() const { return multi_; }
    using TransferDone = std::function<void(int curl_code)>;
    void add_transfer(void* easy, TransferDone* done);
    void remove_transfer(void* easy);

 private:
    friend class Event;
    struct Flow;

    bool turn();  // false: nothing is left to do
    void resume_ready();
    void finish_transfers();
    void note_absence();
    void fire_timers();
    void poll();
    Milliseconds poll_time() const;
    void abandon();
    Task<> run_on_helper(std::function<void()> work);
    static Flow drive(Loop& loop, Task<> task, std::uint64_t id);

    void* multi_ = nullptr;
    Clock::time_point listened_;  // when the loop last listened, by the clock …
    Clock::time_point time_;      // … and by its own
    bool running_ = false;
    std::uint64_t next_id_ = 0;
    std::deque<std::coroutine_handle<>> ready_;
    std::map<TimerId, std::function<void()>> timers_;
    std::map<int, std::function<void()>> watched_;
    std::map<std::uint64_t, std::coroutine_handle<>> flows_;
    std::vector<std::coroutine_handle<>> finished_;
    std::exception_ptr failure_;
    std::unique_ptr<Offloader> offloader_;
};

// Watches as long as it lives.
class Watch {
 public:
    Watch(Loop& loop, int fd, std::function<void()> action) : loop_(loop), fd_(fd) {
        loop_.watch(fd_, std::move(action));
    }
    ~Watch() { stop(); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    void stop() { loop_.unwatch(fd_); }

 private:
    Loop& loop_;
    int fd_;
};

template <class Work>
Task<std::invoke_result_t<Work&>> Loop::offload(Work work) {
    if constexpr (std::is_void_v<std::invoke_result_t<Work&>>) {
        co_await run_on_helper([&] { work(); });
    } else {
        std::optional<std::invoke_result_t<Work&>> result;
        co_await run_on_helper([&] { result.emplace(work()); });
        co_return std::move(*result);
    }
}

template <class T>
T Loop::run_one(Task<T> task) {
    if constexpr (std::is_void_v<T>) {
        spawn(std::move(task));
        run();
    } else {
        std::optional<T> result;
        spawn([](Task<T> inner, std::optional<T>& out) -> Task<> {
            auto value = co_await inner;
            out.emplace(std::move(value));
        }(std::move(task), result));
        run();
        return std::move(*result);
    }
}

}  // namespace buildd::net
