#include "net/loop.hpp"

#include <algorithm>
#include <cassert>
#include <curl/curl.h>

#include "base/no_waiting.hpp"
#include "net/offloader.hpp"

namespace buildd::net {

namespace {

// Away longer than this between two polls, the loop's clock stands still.
constexpr auto allowed_absence = Milliseconds(100);

}  // namespace

// The root of a flow: owns its task, tells the loop when it ends.
struct Loop::Flow {
    struct promise_type {
        Flow get_return_object() {
            return {std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        std::suspend_always final_suspend() const noexcept { return {}; }
        void return_void() const {}
        void unhandled_exception() const { std::terminate(); }
    };
    std::coroutine_handle<promise_type> handle;
};

Loop::Flow Loop::drive(Loop& loop, Task<> task, std::uint64_t id) {
    try {
        co_await task;
    } catch (...) {
        loop.stop(std::current_exception());
    }
    loop.finished_.push_back(loop.flows_.at(id));
    loop.flows_.erase(id);
}

void Event::set() {
    if (set_) return;
    set_ = true;
    if (waiter_) loop_.ready_.push_back(waiter_);
}

Loop::Loop() : multi_(curl_multi_init()), listened_(Clock::now()), time_(listened_) {}

Loop::~Loop() {
    offloader_.reset();
    abandon();
    curl_multi_cleanup(multi_);
}

void Loop::spawn(Task<> flow) {
    const std::uint64_t id = ++next_id_;
    const Flow root = drive(*this, std::move(flow), id);
    flows_.emplace(id, root.handle);
    ready_.push_back(root.handle);
}

void Loop::stop(std::exception_ptr reason) {
    if (!failure_) failure_ = std::move(reason);
}

void Loop::abandon() {
    timers_.clear();
    for (const auto& [id, handle] : std::exchange(flows_, {})) handle.destroy();
    for (const auto handle : std::exchange(finished_, {})) handle.destroy();
    ready_.clear();  // last: what a flow leaves behind may wake others
}

void Loop::run() {
    assert(!running_);
    running_ = true;
    note_absence();
    while (!failure_) {
        try {
            if (!turn()) break;
        } catch (...) {  // from a timer's or watcher's action
            stop(std::current_exception());
        }
    }
    running_ = false;
    if (failure_) {
        if (offloader_) offloader_->wait_idle();  // its work may use what the flows own
        abandon();
        std::rethrow_exception(std::exchange(failure_, nullptr));
    }
    timers_.clear();
}

bool Loop::turn() {
    resume_ready();
    if (flows_.empty() || failure_) return false;
    int running = 0;
    curl_multi_perform(multi_, &running);
    finish_transfers();
    note_absence();
    fire_timers();
    poll();
    return true;
}

Loop::Clock::time_point Loop::now() const {
    return time_ + std::min<Clock::duration>(Clock::now() - listened_, allowed_absence);
}

void Loop::note_absence() {
    time_ = now();
    listened_ = Clock::now();
}

void Loop::resume_ready() {
    while (!ready_.empty() && !failure_) {
        const auto handle = ready_.front();
        ready_.pop_front();
        handle.resume();
        for (const auto done : std::exchange(finished_, {})) done.destroy();
    }
}

void Loop::finish_transfers() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;
        TransferDone* done = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &done);
        if (done != nullptr) (*done)(static_cast<int>(code));
    }
}

void Loop::fire_timers() {
    const auto current = now();
    while (!timers_.empty() && timers_.begin()->first.first <= current) {
        const auto action = std::move(timers_.begin()->second);
        timers_.erase(timers_.begin());
        action();
    }
}

Milliseconds Loop::poll_time() const {
    if (!ready_.empty()) return Milliseconds(0);
    if (timers_.empty()) return Milliseconds(60'000);
    const auto left = std::chrono::ceil<Milliseconds>(timers_.begin()->first.first - now());
    return std::clamp(left, Milliseconds(0), Milliseconds(60'000));
}

void Loop::poll() {
    assert(!NoWaiting::in_force());
    note_absence();
    std::vector<curl_waitfd> fds;
    for (const auto& [fd, action] : watched_) fds.push_back({fd, CURL_WAIT_POLLIN, 0});
    curl_multi_poll(multi_, fds.data(), static_cast<unsigned>(fds.size()),
                    static_cast<int>(poll_time().count()), nullptr);
    time_ += Clock::now() - listened_;
    listened_ = Clock::now();
    for (const auto& waited : fds) {
        const auto found = waited.revents == 0 ? watched_.end() : watched_.find(waited.fd);
        if (found == watched_.end()) continue;
        const auto action = found->second;  // a copy: it may unwatch itself
        action();
    }
}

Loop::TimerId Loop::add_timer(Clock::time_point when, std::function<void()> action) {
    const TimerId id{when, ++next_id_};
    timers_.emplace(id, std::move(action));
    return id;
}

Task<> Loop::sleep(Milliseconds duration) {
    Event event(*this);
    add_timer(now() + duration, [&event] { event.set(); });
    co_await event;
}

Task<> Loop::run_on_helper(std::function<void()> work) {
    if (!offloader_) offloader_ = std::make_unique<Offloader>(*this);
    Event event(*this);
    std::exception_ptr exception;
    offloader_->submit(std::move(work), exception, event);
    co_await event;
    if (exception) std::rethrow_exception(exception);
}

void Loop::add_transfer(void* easy, TransferDone* done) {
    curl_easy_setopt(easy, CURLOPT_PRIVATE, static_cast<void*>(done));
    curl_multi_add_handle(multi_, easy);
}

void Loop::remove_transfer(void* easy) {
    curl_multi_remove_handle(multi_, easy);
}

}  // namespace buildd::net
