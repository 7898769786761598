// Helper threads for blocking work, so that the loop keeps listening meanwhile.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/fd.hpp"
#include "net/loop.hpp"

namespace buildd::net {

// For the calling helper thread: signals stay with the loop's.
void block_signals();

class Offloader {
 public:
    // Throws Failure(unavailable) when the system has no descriptor or no thread to give.
    explicit Offloader(Loop& loop);
    ~Offloader();  // waits for the work in hand, drops the rest

    // `exception` and `done` must live until `done` is set, which happens on the loop's thread.
    void submit(std::function<void()> work, std::exception_ptr& exception, Event& done);

    void wait_idle();  // until no work is in hand; what is queued is dropped

 private:
    struct Job {
        std::function<void()> work;
        std::exception_ptr* exception;
        Event* done;
    };
    void start_thread();
    void serve();
    void wake_loop() const;
    void collect_done();

    Loop& loop_;
    Fd wakeup_;  // eventfd
    std::mutex mutex_;
    std::condition_variable changed_;  // work, or the end
    std::condition_variable worked_;
    std::deque<Job> queue_;
    std::vector<Event*> done_;
    std::size_t in_hand_ = 0;
    bool closing_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace buildd::net
