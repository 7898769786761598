#include "base/stop_signals.hpp"

#include <csignal>
#include <sys/signalfd.h>

#include "base/failure.hpp"

namespace buildd {

namespace {

sigset_t stop_set() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

}  // namespace

StopSignals::StopSignals() {
    const sigset_t set = stop_set();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    fd_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd_.open())  // blocked and unseen they would never stop the program
        throw Failure(ExitStatus::unavailable, system_error("cannot make", "a signalfd").message);
}

StopSignals::~StopSignals() {
    const sigset_t set = stop_set();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::optional<int> StopSignals::pending() const {
    sigset_t waiting;
    sigpending(&waiting);
    for (const int signal : {SIGTERM, SIGINT})
        if (sigismember(&waiting, signal) == 1) return signal;
    return std::nullopt;
}

}  // namespace buildd
