// Children with a supervisor: lock, deadline, output and end of their own.
#include "supervise/supervise.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "supervise/item_lock.hpp"
#include "supervise/record.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::supervise;

namespace {

void await(const std::function<bool()>& true_at_last) {
    for (int i = 0; i < 1500 && !true_at_last(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    REQUIRE(true_at_last());
}

// A process takes the lock and is gone; one that has inherited it stays. Answers its number.
pid_t lock_and_die(const std::string& path) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    if (::fork() == 0) {
        const auto lock = LockFile::try_acquire(path, "test");
        const pid_t stray = ::fork();
        if (stray == 0)
            for (;;) ::pause();
        ::_exit(::write(ends[1], &stray, sizeof stray) == sizeof stray ? 0 : 1);
    }
    pid_t stray = 0;
    CHECK(::read(ends[0], &stray, sizeof stray) == sizeof stray);
    ::close(ends[0]);
    ::close(ends[1]);
    ::wait(nullptr);
    return stray;
}

// A folder of children, and what is done with one of them.
struct Nursery {
    test::TempFolder root;
    std::string folder = root.path() + "/children/x";
    std::string lock_path = root.path() + "/locks/x";
    net::Loop loop;

    Nursery() { supervisor_program() = PROGRAM; }

    std::string file(const std::string& name) const { return root.path() + "/" + name; }
    ChildOrder order(const std::string& script, int seconds = 30) const {
        ChildOrder child;
        child.folder = folder;
        child.command.arguments = {"/bin/sh", "-c", script};
        child.command.timeout = std::chrono::seconds(seconds);
        child.temporary = root.path() + "/tmp/x";
        return child;
    }
    Result<ChildEnd> run(ChildOrder child) {
        return loop.run_one(run_supervised(loop, std::move(child)));
    }
    Result<ChildEnd> run(const std::string& script, int seconds = 30) {
        return run(order(script, seconds));
    }
    // A process that starts the child, waits until it runs and is gone: a master that was killed.
    void run_and_die(ChildOrder child) const {
        const pid_t master = ::fork();
        if (master == 0) {
            net::Loop its;
            its.spawn([](net::Loop& l, ChildOrder c) -> net::Task<> {
                auto end = co_await run_supervised(l, std::move(c));
                static_cast<void>(end.ok());
            }(its, std::move(child)));
            its.spawn([](net::Loop& l, std::string started) -> net::Task<> {
                while (!exists(started)) co_await l.sleep(net::Milliseconds(10));
                ::_exit(0);
            }(its, file("started")));
            its.run();
            ::_exit(1);
        }
        int status = 0;
        ::waitpid(master, &status, 0);
        REQUIRE(status == 0);
    }
    ProcessId supervisor() const { return (*read_child(folder))->supervisor; }
    bool runs(const std::string& pid_file) const {
        const auto pid = parse_int(trim(test::read(file(pid_file))));
        const auto process = identify(static_cast<pid_t>(*pid));
        return process && open_process(*process)->open();  // not so one that waits to be reaped
    }
};

}  // namespace

TEST_CASE("a supervised child's end and output come back and stay in its folder") {
    Nursery it;
    const auto end = it.run("echo out; echo err >&2; exit 3");
    REQUIRE(end.ok());
    CHECK(end->end.exit_code == 3);
    CHECK(end->output == "out\nerr\n");
    const auto left = inspect(it.folder);
    CHECK(left->state == Left::State::ended);
    CHECK(left->end->end.text() == "exit status 3");
    CHECK(forget(it.folder).ok());
    CHECK(inspect(it.folder)->state == Left::State::nothing);
}

TEST_CASE("a child that cannot be started is an error that a later process sees too") {
    Nursery it;
    auto child = it.order("");
    child.command.arguments = {"/does/not/exist"};
    const auto end = it.run(child);
    REQUIRE_FALSE(end.ok());
    CHECK(end.error().message == "cannot start /does/not/exist: No such file or directory");
    CHECK(inspect(it.folder)->state == Left::State::ended);
    CHECK(inspect(it.folder)->problem == end.error().message);
}

TEST_CASE("a child whose folder cannot be written never runs") {
    Nursery it;
    std::filesystem::create_directories(it.folder);
    std::filesystem::create_directories(it.folder + "/child.new");
    const auto end = it.run("touch " + it.file("ran"));
    REQUIRE_FALSE(end.ok());
    CHECK(end.error().message.find("child.new") != std::string::npos);
    CHECK_FALSE(exists(it.file("ran")));
}

TEST_CASE("a child has a temporary folder of its own that is removed after it") {
    Nursery it;
    const auto end = it.run("echo $TMPDIR; touch $TMPDIR/x && exit 5");
    REQUIRE(end.ok());
    CHECK(end->end.exit_code == 5);
    CHECK(end->output == it.root.path() + "/tmp/x\n");
    CHECK_FALSE(exists(it.root.path() + "/tmp/x"));
}

TEST_CASE("of a child's endless output the first part and the last bytes are kept in 16 MiB") {
    Nursery it;
    const auto end = it.run("head -c 40000000 /dev/zero | tr '\\0' x; echo last words");
    REQUIRE(end.ok());
    CHECK(end->output.ends_with("xlast words\n"));
    CHECK(std::filesystem::file_size(output_path(it.folder)) <= (16U << 20));
    CHECK(test::read(output_path(it.folder)).find("bytes of output were left out here]") !=
          std::string::npos);
}

TEST_CASE("what a child leaves behind is gone when its end comes back") {
    Nursery it;
    const auto end = it.run(fmt::format(
        "setsid sh -c 'trap \"\" TERM; echo $$ >{0}; exec >/dev/null 2>&1; while :; do sleep 1; "
        "done' & while [ ! -s {0} ]; do sleep 0.01; done",
        it.file("stray")));
    REQUIRE(end.ok());
    CHECK(end->end.succeeded());
    CHECK_FALSE(it.runs("stray"));
}

TEST_CASE("a child is ended at its deadline with all its processes though its master is dead") {
    Nursery it;
    it.run_and_die(it.order(fmt::format("setsid sh -c 'echo $$ >{0}; sleep 60' & echo $$ >{1}; "
                                        "touch {2}; sleep 60",
                                        it.file("grandchild"), it.file("pid"), it.file("started")),
                            1));
    await([&] { return inspect(it.folder)->state == Left::State::ended; });
    CHECK(inspect(it.folder)->end->end.timed_out);
    await([&] { return !it.runs("pid") && !it.runs("grandchild"); });
}

TEST_CASE("a child that prints outlives its master") {
    Nursery it;
    it.run_and_die(
        it.order(fmt::format("touch {}; while [ ! -e {} ]; do echo line; sleep 0.05; "
                             "done; echo end; exit 4",
                             it.file("started"), it.file("go"))));
    CHECK(inspect(it.folder)->state == Left::State::running);
    it.root.write("go", "");
    await([&] { return inspect(it.folder)->state == Left::State::ended; });
    CHECK(inspect(it.folder)->end->end.exit_code == 4);
    CHECK(inspect(it.folder)->end->output.ends_with("line\nend\n"));
}

TEST_CASE("a killed supervisor takes its child along and what is left is ended") {
    Nursery it;
    it.run_and_die(
        it.order(fmt::format("(setsid sh -c 'echo $$ >{0}; sleep 60' &); echo $$ >{1}; "
                             "while [ ! -s {0} ]; do sleep 0.01; done; touch {2}; "
                             "sleep 60",
                             it.file("stray"), it.file("pid"), it.file("started"))));
    signal_process(it.supervisor(), SIGKILL);
    await([&] { return inspect(it.folder)->state == Left::State::orphan; });
    await([&] { return !it.runs("pid"); });
    CHECK(it.runs("stray"));
    CHECK(end_orphan(it.folder).ok());
    await([&] { return !it.runs("stray"); });
}

TEST_CASE("another process with the number of the child is never killed") {
    Nursery it;
    auto self = identify(::getpid());
    auto gone = *self;
    gone.pid = 1 << 22;
    self->start += 1;  // as if the number had been given anew
    std::filesystem::create_directories(it.folder);
    CHECK(write_child(it.folder, {*self, gone}).ok());
    CHECK(inspect(it.folder)->state == Left::State::orphan);
    CHECK(end_orphan(it.folder).ok());
}

TEST_CASE("a child of another host is named and left alone") {
    Nursery it;
    auto other = *identify(::getpid());
    other.host = "elsewhere";
    other.pid = 4711;
    std::filesystem::create_directories(it.folder);
    CHECK(write_child(it.folder, {other, other}).ok());
    const auto left = inspect(it.folder);
    REQUIRE_FALSE(left.ok());
    CHECK(left.error().message == "host 'elsewhere' has process 4711 for it");
}

TEST_CASE("an item's lock is held while its child runs and by nobody afterwards") {
    Nursery it;
    {
        const auto lock = take_item_lock(it.lock_path, it.folder, "test");
        REQUIRE(lock->has_value());
        auto child = it.order(fmt::format("touch {}; while [ ! -e {} ]; do sleep 0.02; done",
                                          it.file("started"), it.file("go")));
        child.held_fds = {(*lock)->fd()};
        it.run_and_die(child);
    }
    CHECK_FALSE(take_item_lock(it.lock_path, it.folder, "test")->has_value());
    it.root.write("go", "");
    await([&] { return take_item_lock(it.lock_path, it.folder, "test")->has_value(); });
}

TEST_CASE("a stray that still holds the lock of an item that is over does not keep it") {
    Nursery it;
    std::filesystem::create_directories(parent_of(it.lock_path));
    const pid_t stray = lock_and_die(it.lock_path);
    CHECK_FALSE(take_item_lock(it.lock_path, it.folder, "test")->has_value());
    std::filesystem::create_directories(it.folder);
    CHECK(write_end(it.folder, {}).ok());
    const auto fresh = take_item_lock(it.lock_path, it.folder, "test");
    REQUIRE(fresh->has_value());
    CHECK_FALSE(take_item_lock(it.lock_path, it.folder, "test")->has_value());
    ::kill(stray, SIGKILL);
}

TEST_CASE("an item that comes free while many take its lock has one holder at a time") {
    Nursery it;
    std::filesystem::create_directories(parent_of(it.lock_path));
    std::filesystem::create_directories(it.folder);
    CHECK(write_end(it.folder, {}).ok());
    std::atomic<int> holders = 0, at_once = 0;
    for (int round = 0; round < 100; ++round) {
        const pid_t stray = lock_and_die(it.lock_path);
        std::atomic<int> served = 0;
        std::vector<std::jthread> takers;
        for (int taker = 0; taker < 4; ++taker)
            takers.emplace_back([&] {
                while (served < 4) {
                    const auto lock = take_item_lock(it.lock_path, it.folder, "test");
                    if (!lock || !*lock) continue;
                    if (++holders > 1) ++at_once;
                    std::this_thread::sleep_for(std::chrono::microseconds(200));
                    ++served;
                    --holders;
                    ::unlink(it.lock_path.c_str());
                }
            });
        ::kill(stray, SIGKILL);
        takers.clear();
    }
    CHECK(at_once == 0);
}
