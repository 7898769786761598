#include "net/offloader.hpp"

#include <csignal>
#include <cstdint>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

#include "base/failure.hpp"

namespace buildd::net {

namespace {

constexpr std::size_t max_threads = 4;  // one in a long fsync leaves three

}  // namespace

void block_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

Offloader::Offloader(Loop& loop) : loop_(loop), wakeup_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!wakeup_.open())
        throw Failure(ExitStatus::unavailable, system_error("cannot make", "an eventfd").message);
    start_thread();
}

// One is enough to go on with.
void Offloader::start_thread() {
    try {
        threads_.emplace_back([this] { serve(); });
    } catch (const std::system_error& error) {
        if (threads_.empty())
            throw Failure(ExitStatus::unavailable,
                          std::string("cannot start a thread: ") + error.what());
    }
}

Offloader::~Offloader() {
    {
        const std::lock_guard lock(mutex_);
        queue_.clear();
        closing_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
    loop_.unwatch(wakeup_.get());
}

void Offloader::submit(std::function<void()> work, std::exception_ptr& exception, Event& done) {
    loop_.watch(wakeup_.get(), [this] { collect_done(); });
    bool all_busy = false;
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back({std::move(work), &exception, &done});
        all_busy = in_hand_ + queue_.size() > threads_.size();
    }
    if (all_busy && threads_.size() < max_threads) start_thread();
    changed_.notify_one();
}

void Offloader::wait_idle() {
    std::unique_lock lock(mutex_);
    queue_.clear();
    worked_.wait(lock, [this] { return in_hand_ == 0; });
    done_.clear();
}

void Offloader::serve() {
    block_signals();
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return closing_ || !queue_.empty(); });
        if (queue_.empty()) return;
        const Job job = std::move(queue_.front());
        queue_.pop_front();
        ++in_hand_;
        lock.unlock();
        try {
            job.work();
        } catch (...) {
            *job.exception = std::current_exception();
        }
        lock.lock();
        --in_hand_;
        done_.push_back(job.done);
        wake_loop();
        worked_.notify_all();
    }
}

// Unheard, the loop would sleep on with its work done.
void Offloader::wake_loop() const {
    const std::uint64_t one = 1;
    (void)write_all(wakeup_.get(), {reinterpret_cast<const char*>(&one), sizeof one}, "eventfd");
}

void Offloader::collect_done() {
    std::uint64_t count = 0;
    (void)!::read(wakeup_.get(), &count, sizeof count);
    std::vector<Event*> done;
    {
        const std::lock_guard lock(mutex_);
        done.swap(done_);
    }
    for (Event* event : done) event->set();
}

}  // namespace buildd::net
