#include "supervise/child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/umask.hpp"

namespace buildd::supervise {

namespace {

constexpr int not_executed = 127;

struct Ends {
    Fd ours, theirs;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (const auto& text : texts) out.push_back(const_cast<char*>(text.c_str()));
    out.push_back(nullptr);
    return out;
}

// In the forked process: only what is safe after fork(2) in any program.
[[noreturn]] void become(const char* program, char* const* arguments, int output, int gate,
                         pid_t supervisor, mode_t mask) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != supervisor) ::_exit(not_executed);
    ::setpgid(0, 0);
    ::umask(mask);
    const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    char go = 0;
    const bool ready = ::dup2(null, STDIN_FILENO) >= 0 && ::dup2(output, STDOUT_FILENO) >= 0 &&
                       ::dup2(output, STDERR_FILENO) >= 0;
    if (::read(gate, &go, 1) != 1) ::_exit(not_executed);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (ready) ::execvp(program, arguments);
    const int error = errno;
    const ssize_t told = ::write(gate, &error, sizeof error);
    ::_exit(told == sizeof error ? not_executed : not_executed - 1);
}

Result<Ends> make_ends(bool pair) {
    std::array<int, 2> fds{};
    const int failed = pair ? ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data())
                            : ::pipe2(fds.data(), O_CLOEXEC);
    if (failed != 0) return system_error("cannot make", "a pipe");
    return Ends{Fd(fds[0]), Fd(fds[1])};
}

}  // namespace

Result<Child> fork_child(const std::string& program, const std::vector<std::string>& arguments) {
    auto output = make_ends(false);
    auto gate = make_ends(true);
    if (!output) return output.error();
    if (!gate) return gate.error();
    ::fcntl(output->ours.get(), F_SETFL, O_NONBLOCK);
    const auto words = pointers(arguments);
    const pid_t self = ::getpid();
    const mode_t mask = callers_umask();
    const pid_t pid = ::fork();
    if (pid < 0) return system_error("cannot start", program);
    if (pid == 0)
        become(program.c_str(), words.data(), output->theirs.get(), gate->theirs.get(), self, mask);
    ::setpgid(pid, pid);
    return Child{pid, std::move(output->ours), std::move(gate->ours)};
}

Result<void> let_go(Child& child, const std::string& program) {
    const Fd gate = std::move(child.gate);
    int error = 0;
    if (::send(gate.get(), "", 1, MSG_NOSIGNAL) != 1) return system_error("cannot start", program);
    ssize_t got = -1;
    do got = ::read(gate.get(), &error, sizeof error);
    while (got < 0 && errno == EINTR);
    if (got == 0) return {};
    if (got == sizeof error) errno = error;
    return system_error("cannot start", program);
}

}  // namespace buildd::supervise
