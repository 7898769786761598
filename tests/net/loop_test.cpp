#include "net/loop.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/failure.hpp"
#include "base/no_waiting.hpp"
#include "base/result.hpp"
#include "net/semaphore.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::net;

namespace {

Task<int> immediate(int value) {
    co_return value;
}

Task<int> deep(int depth) {
    if (depth == 0) co_return 0;
    auto below = co_await deep(depth - 1);
    co_return below + 1;
}

Task<> throwing() {
    throw std::runtime_error("boom");
    co_return;
}

struct Noisy {
    explicit Noisy(int& count) : count_(count) {}
    ~Noisy() { ++count_; }
    int& count_;
};

Task<> sleep_and_note(Loop& loop, int milliseconds, int id, std::vector<int>& order) {
    co_await loop.sleep(Milliseconds(milliseconds));
    order.push_back(id);
}

}  // namespace

TEST_CASE("a task gives its value to the one that awaits it") {
    Loop loop;
    CHECK(loop.run_one(immediate(7)) == 7);
}

TEST_CASE("deep chains of tasks that end at once do not grow the stack without end") {
    Loop loop;
    CHECK(loop.run_one(deep(1000)) == 1000);
}

TEST_CASE("sleepers wake in the order of their times and none holds another up") {
    Loop loop;
    std::vector<int> order;
    loop.spawn(sleep_and_note(loop, 60, 3, order));
    loop.spawn(sleep_and_note(loop, 10, 1, order));
    loop.spawn(sleep_and_note(loop, 30, 2, order));
    loop.run();
    CHECK(order == std::vector{1, 2, 3});
}

TEST_CASE("an exception that leaves a flow ends the run and destroys the other flows") {
    Loop loop;
    int destroyed = 0;
    loop.spawn([](Loop& l, int& count) -> Task<> {
        const Noisy noisy(count);
        co_await l.sleep(Milliseconds(60'000));
    }(loop, destroyed));
    loop.spawn([](Loop& l) -> Task<> {
        co_await l.sleep(Milliseconds(5));
        co_await throwing();
    }(loop));
    CHECK_THROWS_WITH(loop.run(), "boom");
    CHECK(destroyed == 1);
    CHECK(loop.run_one(immediate(1)) == 1);  // it can be used again
}

TEST_CASE("an exception from a timer ends the run too") {
    Loop loop;
    loop.add_timer(loop.now(), [] { throw std::runtime_error("timer"); });
    CHECK_THROWS_WITH(loop.run_one(loop.sleep(Milliseconds(60'000))), "timer");
}

TEST_CASE("a semaphore lets so many in at a time in the order they came") {
    Loop loop;
    Semaphore semaphore(loop, 2);
    std::vector<int> order;
    int inside = 0, most = 0;
    for (int id = 0; id < 5; ++id)
        loop.spawn(
            [](Loop& l, Semaphore& s, int i, std::vector<int>& o, int& in, int& max) -> Task<> {
                auto permit = co_await s.acquire();
                max = std::max(max, ++in);
                o.push_back(i);
                co_await l.sleep(Milliseconds(5));
                --in;
            }(loop, semaphore, id, order, inside, most));
    loop.run();
    CHECK(most == 2);
    CHECK(order == std::vector{0, 1, 2, 3, 4});
}

TEST_CASE("flows that are destroyed while they wait for a permit leave it to others") {
    Loop loop;
    Semaphore semaphore(loop, 1);
    const auto hold = [](Loop& l, Semaphore& s, Milliseconds before, Milliseconds held) -> Task<> {
        co_await l.sleep(before);
        auto permit = co_await s.acquire();
        co_await l.sleep(held);
    };
    loop.spawn(hold(loop, semaphore, Milliseconds(2), Milliseconds(0)));  // destroyed first
    loop.spawn(hold(loop, semaphore, Milliseconds(0), Milliseconds(60'000)));
    loop.spawn(hold(loop, semaphore, Milliseconds(2), Milliseconds(0)));
    loop.add_timer(loop.now() + Milliseconds(20), [] { throw std::runtime_error("over"); });
    CHECK_THROWS_AS(loop.run(), std::runtime_error);
    loop.run_one(hold(loop, semaphore, Milliseconds(0), Milliseconds(0)));
}

TEST_CASE("blocking work runs beside the loop and its exception comes back") {
    Loop loop;
    std::vector<int> order;
    loop.spawn(sleep_and_note(loop, 10, 1, order));
    loop.spawn([](Loop& l, std::vector<int>& o) -> Task<> {
        std::thread::id other;
        co_await l.offload([&] {
            other = std::this_thread::get_id();
            std::this_thread::sleep_for(Milliseconds(60));
        });
        CHECK(other != std::this_thread::get_id());
        o.push_back(2);
    }(loop, order));
    loop.run();
    CHECK(order == std::vector{1, 2});
    CHECK_THROWS_WITH(loop.run_one(loop.offload([] { throw std::runtime_error("disk"); })), "disk");
}

TEST_CASE("blocking work answers its result") {
    Loop loop;
    CHECK(loop.run_one(loop.offload([] { return 42; })) == 42);
    const auto failed = loop.run_one(loop.offload([] { return Result<void>(Error{"disk full"}); }));
    CHECK(failed.error().message == "disk full");
}

TEST_CASE("four pieces of blocking work go on at once and a fifth waits for one of them") {
    Loop loop;
    std::mutex mutex;
    std::condition_variable all_in;
    int inside = 0, most = 0;
    bool met = false;
    const auto work = [&] {
        std::unique_lock lock(mutex);
        most = std::max(most, ++inside);
        met = met || most == 4;
        all_in.notify_all();
        all_in.wait_for(lock, std::chrono::seconds(20), [&] { return met; });
        --inside;
    };
    for (int i = 0; i < 9; ++i) loop.spawn(loop.offload(work));
    loop.run();
    CHECK(most == 4);
}

#ifndef __SANITIZE_ADDRESS__  // whose checks need descriptors themselves
TEST_CASE("work that could not be waited for is refused, not waited for ever") {
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    Loop loop;
    const rlimit none{0, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    std::string complaint;
    try {
        loop.run_one(loop.offload([] {}));
    } catch (const Failure& failure) {
        complaint = failure.what();
    }
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(complaint == "cannot make an eventfd: Too many open files");
}
#endif

TEST_CASE("a readable descriptor calls its watcher until unwatched") {
    Loop loop;
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    REQUIRE(::write(ends[1], "x", 1) == 1);
    Event seen(loop);
    {
        const Watch watch(loop, ends[0], [&] { seen.set(); });
        loop.run_one([](Event& event) -> Task<> { co_await event; }(seen));
    }
    CHECK(seen.is_set());
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("the loop's clock stands still while it is kept from listening") {
    Loop loop;
    bool expired = false;
    loop.spawn([](Loop& l, bool& late) -> Task<> {
        l.add_timer(l.now() + Milliseconds(300), [&late] { late = true; });
        std::this_thread::sleep_for(Milliseconds(600));  // a slow database
        co_await l.sleep(Milliseconds(50));
        CHECK_FALSE(late);
        co_await l.sleep(Milliseconds(300));
    }(loop, expired));
    loop.run();
    CHECK(expired);
}

#ifndef NDEBUG
TEST_CASE("L40 a loop that would wait while a transaction is open ends the program") {
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit no_core{0, 0};
        ::setrlimit(RLIMIT_CORE, &no_core);
        std::signal(SIGABRT, SIG_DFL);  // Catch2 would report it
        ::close(STDERR_FILENO);
        Loop loop;
        const NoWaiting held;
        loop.spawn(loop.sleep(Milliseconds(1)));
        loop.run();
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT));
}
#endif
