#include "crash/launch.hpp"

#include <array>
#include <csignal>
#include <cstddef>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <unistd.h>

namespace crash {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (const auto& text : texts) out.push_back(const_cast<char*>(text.c_str()));
    out.push_back(nullptr);
    return out;
}

sock_filter statement(unsigned code, unsigned value) {
    return {static_cast<unsigned short>(code), 0, 0, value};
}

std::vector<sock_filter> make_filter(Stops stops) {
    std::vector<sock_filter> filter;
    filter.push_back(statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
    for (const auto& kind : call_kinds()) {
        if (stops == Stops::visible && !kind.visible) continue;
        sock_filter is_it =
            statement(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(kind.number));
        is_it.jf = 1;
        filter.push_back(is_it);
        filter.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_TRACE));
    }
    filter.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    return filter;
}

void install(std::vector<sock_filter>& filter) {
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) ::_exit(126);
}

// Between fork and exec.
[[noreturn]] void become(const Launch& launch, int gate, std::vector<sock_filter> filter) {
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const auto arguments = pointers(launch.arguments);
    const auto environment = pointers(launch.environment);
    const int output = ::open(launch.output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::close(output);
    ::close(nothing);
    char go = 0;
    if (::read(gate, &go, 1) != 1) ::_exit(125);
    if (!filter.empty()) install(filter);
    ::execve(arguments[0], arguments.data(), environment.data());
    ::_exit(127);
}

}  // namespace

HeldChild::HeldChild(const Launch& launch, Stops stops) {
    std::array<int, 2> gate{};
    if (::pipe2(gate.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    const buildd::Fd read_end(gate[0]);
    gate_ = buildd::Fd(gate[1]);
    const auto filter = stops == Stops::none ? std::vector<sock_filter>() : make_filter(stops);
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("no process");
    if (pid_ > 0) return;
    gate_.reset();
    become(launch, gate[0], filter);
}

void HeldChild::release() {
    const char go = '!';
    if (::write(gate_.get(), &go, 1) != 1) throw std::runtime_error("the child is gone");
    gate_.reset();
}

}  // namespace crash
