// The reader of hostile files can do no harm.
#include "upload/apart.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.hpp"
#include "base/files.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;

namespace {

using Kind = ApartError::Kind;

// What became of an attempt: "" is refusal.
std::string done(const char* what, bool ok) {
    return ok ? std::string(what) + " " : "";
}

}  // namespace

TEST_CASE("a reader reads files and answers") {
    const test::TempFolder folder;
    const auto path = folder.write("file", "content");
    const auto answer = run_apart([&] { return *read_file(path); });
    REQUIRE(answer.ok());
    CHECK(*answer == "content");
    const auto long_answer = run_apart([] { return std::string(3'000'000, 'x'); });
    REQUIRE(long_answer.ok());
    CHECK(long_answer->size() == 3'000'000);
}

TEST_CASE("a reader can write no file open no socket start no program and end nobody") {
    const test::TempFolder folder;
    const auto there = folder.write("there", "as it was");
    const Fd low(::open(there.c_str(), O_RDWR | O_CLOEXEC));
    const Fd held(::fcntl(low.get(), F_DUPFD_CLOEXEC, 100));  // not the number of the answer's pipe
    REQUIRE(held.open());
    const auto answer = run_apart([&] {
        const auto in = [&](const char* name) { return folder.path() + "/" + name; };
        std::string all;
        all += done("create", ::open(in("new").c_str(), O_WRONLY | O_CREAT, 0644) >= 0);
        all += done("truncate", ::open(there.c_str(), O_RDONLY | O_TRUNC) >= 0);
        all += done("write", ::open(there.c_str(), O_WRONLY) >= 0);
        all += done("held", ::write(held.get(), "x", 1) == 1);
        all += done("remove", ::unlink(there.c_str()) == 0);
        all += done("rename", ::rename(there.c_str(), in("other").c_str()) == 0);
        all += done("link", ::symlink("x", in("link").c_str()) == 0);
        all += done("folder", ::mkdir(in("folder").c_str(), 0755) == 0);
        all += done("socket", ::socket(AF_INET, SOCK_STREAM, 0) >= 0);
        all += done("kill", ::kill(::getppid(), 0) == 0);
        const pid_t child = ::fork();
        if (child == 0) ::_exit(0);
        all += done("fork", child > 0);
        all += done("exec", ::execl("/bin/true", "true", nullptr) == 0);
        return "done: " + all;
    });
    REQUIRE(answer.ok());
    CHECK(*answer == "done: ");
    CHECK(test::read(there) == "as it was");
    CHECK_FALSE(exists(folder.path() + "/new"));
}

TEST_CASE("a reader that takes too much memory or too long is ended for it") {
    ApartLimits limits;
    limits.memory = 64 << 20;
    limits.cpu_seconds = 1;
    const auto spin = run_apart(
        []() -> std::string {
            for (volatile unsigned n = 0;;) n = n + 1;
        },
        limits);
    REQUIRE_FALSE(spin.ok());
    CHECK(spin.error().kind == Kind::too_much);
    CHECK(spin.error().message == "more than 1 s of the processor to read");
    limits.output = 1000;
    const auto talk = run_apart([] { return std::string(2000, 'x'); }, limits);
    REQUIRE_FALSE(talk.ok());
    CHECK(talk.error().kind == Kind::too_much);
#if !defined(__SANITIZE_ADDRESS__)
    const auto eat = run_apart([] { return std::string(100 << 20, 'x').substr(0, 10); }, limits);
    REQUIRE_FALSE(eat.ok());
    CHECK(eat.error().kind == Kind::too_much);
    CHECK(eat.error().message == "more than 64.0 MiB of memory to read");
#endif
}

TEST_CASE("a reader that dies says by which signal and one that is killed blames nobody") {
    const auto faulty = run_apart([]() -> std::string {
        std::signal(SIGSEGV, SIG_DFL);
        volatile int* nowhere = nullptr;
        *nowhere = 1;
        return "";
    });
    REQUIRE_FALSE(faulty.ok());
#if !defined(__SANITIZE_ADDRESS__)
    CHECK(faulty.error().kind == Kind::died);
    CHECK(faulty.error().signal == SIGSEGV);
#endif
    const auto thrown = run_apart([]() -> std::string { throw std::runtime_error("x"); });
    REQUIRE_FALSE(thrown.ok());
    CHECK(thrown.error().kind == Kind::ours);
}
