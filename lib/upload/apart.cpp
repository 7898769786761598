#include "upload/apart.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <new>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.hpp"
#include "base/text.hpp"
#include "upload/syscall_filter.hpp"

namespace buildd {

namespace {

constexpr int answer_fd = 3;
constexpr int no_memory = 71, failed = 72;  // how the child ends

#if defined(__SANITIZE_ADDRESS__)
constexpr bool can_limit_memory = false;  // its shadow is larger than any limit
#else
constexpr bool can_limit_memory = true;
#endif

void limit(__rlimit_resource what, rlim_t soft, rlim_t hard) {
    const rlimit wanted{soft, hard};
    ::setrlimit(what, &wanted);
}

// Pages of the whole address space, the first number there.
std::uint64_t memory_in_use() {
    const auto text = read_file("/proc/self/statm", 4096);
    const auto pages = text ? parse_int(split_words(*text).front()) : std::nullopt;
    return static_cast<std::uint64_t>(pages.value_or(0)) *
           static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

// Only the answer's pipe stays open, and that is all it can write to.
void give_everything_up(int out, const ApartLimits& limits) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    for (const int stream : {0, 1, 2}) ::dup2(nothing, stream);
    ::dup2(out, answer_fd);
    ::close_range(answer_fd + 1, ~0U, 0);
    if (can_limit_memory) {
        const auto memory = memory_in_use() + limits.memory;
        limit(RLIMIT_AS, memory, memory);
    }
    limit(RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 5);
    limit(RLIMIT_FSIZE, 0, 0);
    limit(RLIMIT_CORE, 0, 0);
    filter_system_calls();
}

[[noreturn]] void be_the_child(const std::function<std::string()>& work, int out,
                               const ApartLimits& limits) {
    int status = failed;
    try {
        give_everything_up(out, limits);
        const std::string answer = work();
        status = write_all(answer_fd, answer, "the answer") ? 0 : failed;
    } catch (const std::bad_alloc&) {
        status = no_memory;
    } catch (...) {
    }
    ::_exit(status);
}

ApartError ours(std::string message) {
    return {ApartError::Kind::ours, std::move(message), 0};
}

ApartError too_much(std::string what) {
    return {ApartError::Kind::too_much, std::move(what), 0};
}

// Until the child has closed its end. More than may be is not kept.
Result<std::string, ApartError> read_answer(const Fd& from, std::size_t most) {
    std::string answer;
    char piece[64 << 10];
    for (;;) {
        const ssize_t got = ::read(from.get(), piece, sizeof piece);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return ours(system_error("cannot read", "what the reader says").message);
        if (got == 0) return answer;
        if (answer.size() + static_cast<std::size_t>(got) > most)
            return too_much(fmt::format("more than {} to tell", show_size(most)));
        answer.append(piece, static_cast<std::size_t>(got));
    }
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

Result<void, ApartError> judge(int status, const ApartLimits& limits) {
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    if (WIFEXITED(status) && WEXITSTATUS(status) == no_memory)
        return has_memory(limits.memory) ? too_much(fmt::format("more than {} of memory to read",
                                                                show_size(limits.memory)))
                                         : ours("there is no memory");
    if (WIFEXITED(status)) return ours("the reader failed");
    const int signal = WTERMSIG(status);
    if (signal == SIGXCPU)
        return too_much(fmt::format("more than {} s of the processor to read", limits.cpu_seconds));
    const std::string said = fmt::format("the reader was killed by signal {}", signal);
    if (signal == SIGKILL || signal == SIGTERM) return ours(said);
    return ApartError{ApartError::Kind::died, said, signal};
}

}  // namespace

bool has_memory(std::uint64_t bytes) {
    void* some = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (some == MAP_FAILED) return false;
    ::munmap(some, bytes);
    return true;
}

Result<std::string, ApartError> run_apart(const std::function<std::string()>& work,
                                          const ApartLimits& limits) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return ours(system_error("cannot make", "a pipe").message);
    Fd from(ends[0]), to(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) return ours(system_error("cannot start", "the reader").message);
    if (child == 0) be_the_child(work, to.get(), limits);
    to.reset();
    auto answer = read_answer(from, limits.output);
    from.reset();
    const int status = wait_for(child);
    if (!answer) return answer;
    if (auto judged = judge(status, limits); !judged) return judged.error();
    return answer;
}

}  // namespace buildd
