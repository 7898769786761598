// Task<T>: a lazy coroutine that one other coroutine awaits.
//
// g++ 12 miscompiles some forms around co_await. In this code base it stands only as
// `auto x = co_await f(…);`, `x = co_await f(…);` or a statement of its own (tests/lint checks).
// References passed to a coroutine must outlive it: the caller's frame or the pass. Nothing of it
// runs before it is awaited, and that is once; a task that is destroyed takes its frame along,
// wherever it stands. What it throws comes out of the co_await.
#pragma once

#include <cassert>
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace buildd::net {

template <class T>
class Task;

namespace detail {

// Without symmetric transfer, which overflows the stack at -O0 and under sanitizers: a child that
// ends while its parent is still inside await_suspend leaves the resuming to that call.
struct PromiseBase {
    std::coroutine_handle<> parent;
    bool started_inline = false;
    std::exception_ptr exception;

    struct FinalAwaiter {
        bool await_ready() const noexcept { return false; }
        template <class Promise>
        void await_suspend(std::coroutine_handle<Promise> self) const noexcept {
            const PromiseBase& promise = self.promise();
            if (!promise.started_inline && promise.parent) promise.parent.resume();
        }
        void await_resume() const noexcept {}
    };

    std::suspend_always initial_suspend() const noexcept { return {}; }
    FinalAwaiter final_suspend() const noexcept { return {}; }
    void unhandled_exception() { exception = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase {
    std::optional<T> value;
    Task<T> get_return_object();
    template <class U>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
    T take() { return std::move(*value); }
};

template <>
struct Promise<void> : PromiseBase {
    Task<void> get_return_object();
    void return_void() const {}
    void take() const {}
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
    using promise_type = detail::Promise<T>;
    using Handle = std::coroutine_handle<promise_type>;

    explicit Task(Handle handle) : handle_(handle) {}
    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Task& operator=(Task&&) = delete;
    ~Task() {
        if (handle_) handle_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> parent) {
        assert(handle_ && !handle_.done());  // awaited once
        auto& promise = handle_.promise();
        promise.parent = parent;
        promise.started_inline = true;
        handle_.resume();
        promise.started_inline = false;
        return !handle_.done();
    }
    T await_resume() {
        auto& promise = handle_.promise();
        if (promise.exception) std::rethrow_exception(promise.exception);
        return promise.take();
    }

 private:
    Handle handle_;
};

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() {
    return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() {
    return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

}  // namespace detail

}  // namespace buildd::net
