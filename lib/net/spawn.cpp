#include "net/spawn.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace buildd::net {

namespace {

struct SpawnActions {
    posix_spawn_file_actions_t value{};
    SpawnActions() { posix_spawn_file_actions_init(&value); }
    ~SpawnActions() { posix_spawn_file_actions_destroy(&value); }
    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;

    void stream(int fd, int number) {
        if (fd >= 0)
            posix_spawn_file_actions_adddup2(&value, fd, number);
        else
            posix_spawn_file_actions_addopen(&value, number, "/dev/null", O_RDWR, 0);
    }
    void keep(int fd) {  // onto itself: clears O_CLOEXEC
        posix_spawn_file_actions_adddup2(&value, fd, fd);
    }
};

short group_flag(SpawnOrder::Group group) {
    if (group == SpawnOrder::Group::own) return POSIX_SPAWN_SETPGROUP;
    return group == SpawnOrder::Group::own_session ? POSIX_SPAWN_SETSID : 0;
}

struct SpawnAttributes {
    posix_spawnattr_t value{};
    explicit SpawnAttributes(SpawnOrder::Group group) {
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_init(&value);
        posix_spawnattr_setsigmask(&value, &none);
        posix_spawnattr_setsigdefault(&value, &all);
        posix_spawnattr_setpgroup(&value, 0);
        const int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group_flag(group);
        posix_spawnattr_setflags(&value, static_cast<short>(flags));
    }
    ~SpawnAttributes() { posix_spawnattr_destroy(&value); }
    SpawnAttributes(const SpawnAttributes&) = delete;
    SpawnAttributes& operator=(const SpawnAttributes&) = delete;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (const auto& text : texts) out.push_back(const_cast<char*>(text.c_str()));
    out.push_back(nullptr);
    return out;
}

// Our environment with what is added in front, so that a name given there wins.
std::vector<std::string> merged_environment(const SpawnOrder& order) {
    const auto& added = order.environment;
    std::vector<std::string> out = added;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view name(*variable, std::strcspn(*variable, "="));
        bool left_out =
            std::find(order.withheld.begin(), order.withheld.end(), name) != order.withheld.end();
        for (const auto& entry : added)
            left_out = left_out || (entry.starts_with(name) && entry.substr(name.size(), 1) == "=");
        if (!left_out) out.emplace_back(*variable);
    }
    return out;
}

}  // namespace

Result<Spawned> spawn(const SpawnOrder& order) {
    SpawnActions actions;
    const SpawnAttributes attributes(order.group);
    actions.stream(-1, STDIN_FILENO);
    actions.stream(order.output, STDOUT_FILENO);
    actions.stream(order.errors, STDERR_FILENO);
    for (const int fd : order.kept_fds) actions.keep(fd);
    const auto environment = merged_environment(order);
    Spawned child;
    errno = posix_spawnp(&child.pid, order.program.c_str(), &actions.value, &attributes.value,
                         pointers(order.arguments).data(), pointers(environment).data());
    if (errno != 0) return system_error("cannot start", order.arguments[0]);
    child.pidfd = Fd(static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0)));
    if (child.pidfd.open()) return child;
    const Error error = system_error("cannot watch", order.arguments[0]);
    ::kill(child.pid, SIGKILL);
    ::waitpid(child.pid, nullptr, 0);
    return error;
}

}  // namespace buildd::net
