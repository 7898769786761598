#include "net/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.hpp"

namespace buildd::net {

namespace {

// After SIGTERM a group gets this long before SIGKILL.
constexpr auto kill_grace = Milliseconds(3000);

struct SpawnActions {
    posix_spawn_file_actions_t value{};
    SpawnActions() { posix_spawn_file_actions_init(&value); }
    ~SpawnActions() { posix_spawn_file_actions_destroy(&value); }
    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;
};

struct SpawnAttributes {
    posix_spawnattr_t value{};
    explicit SpawnAttributes(bool own_group) {
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_init(&value);
        posix_spawnattr_setsigmask(&value, &none);
        posix_spawnattr_setsigdefault(&value, &all);
        posix_spawnattr_setpgroup(&value, 0);
        const int group = own_group ? POSIX_SPAWN_SETPGROUP : 0;
        const int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group;
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

// Our environment with `added` in front, so that a name given there wins.
std::vector<std::string> merged_environment(const std::vector<std::string>& added) {
    std::vector<std::string> out = added;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view name(*variable, std::strcspn(*variable, "="));
        bool given = false;
        for (const auto& entry : added)
            given = given || (entry.starts_with(name) && entry.substr(name.size(), 1) == "=");
        if (!given) out.emplace_back(*variable);
    }
    return out;
}

struct Pipe {
    Fd read, write;
};

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("cannot make", "a pipe");
    Pipe pipe{Fd(ends[0]), Fd(ends[1])};
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return pipe;
}

// The child's output as it comes, bounded.
class Capture {
 public:
    Capture(Loop& loop, Fd fd, std::size_t limit)
        : fd_(std::move(fd)), limit_(limit), watch_(loop, fd_.get(), [this] { drain(); }) {}

    void drain() {
        std::array<char, 16384> piece;
        for (;;) {
            const ssize_t got = ::read(fd_.get(), piece.data(), piece.size());
            if (got < 0 && errno == EINTR) continue;
            if (got == 0) watch_.stop();
            if (got <= 0) return;
            text_.append(piece.data(), static_cast<std::size_t>(got));
            if (text_.size() > 2 * limit_) text_.erase(0, text_.size() - limit_);
        }
    }
    std::string take() {
        if (text_.size() > limit_) text_.erase(0, text_.size() - limit_);
        return std::move(text_);
    }

 private:
    Fd fd_;
    std::size_t limit_;
    std::string text_;
    Watch watch_;
};

struct Child {
    pid_t pid = 0;
    Fd pidfd, output, errors;
};

Result<Child> start(const Command& command) {
    auto output = make_pipe();
    auto errors = make_pipe();
    if (!output) return output.error();
    if (!errors) return errors.error();
    SpawnActions actions;
    const SpawnAttributes attributes(command.own_group);
    posix_spawn_file_actions_addopen(&actions.value, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions.value, output->write.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions.value, errors->write.get(), STDERR_FILENO);
    if (command.inherited_fd >= 0)  // onto itself: clears O_CLOEXEC
        posix_spawn_file_actions_adddup2(&actions.value, command.inherited_fd,
                                         command.inherited_fd);
    const auto environment = merged_environment(command.environment);
    Child child;
    const std::string& program =
        command.program.empty() ? command.arguments.at(0) : command.program;
    errno = posix_spawnp(&child.pid, program.c_str(), &actions.value, &attributes.value,
                         pointers(command.arguments).data(), pointers(environment).data());
    if (errno != 0) return system_error("cannot start", command.arguments[0]);
    child.pidfd = Fd(static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0)));
    if (!child.pidfd.open()) {
        const Error error = system_error("cannot watch", command.arguments[0]);
        ::kill(child.pid, SIGKILL);
        ::waitpid(child.pid, nullptr, 0);
        return error;
    }
    child.output = std::move(output->read);
    child.errors = std::move(errors->read);
    return child;
}

ProcessEnd reap(pid_t pid) {
    ProcessEnd end;
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
    return end;
}

}  // namespace

std::string ProcessEnd::text() const {
    if (timed_out) return fmt::format("killed after {} s", timeout.count());
    if (signal != 0) return fmt::format("killed by signal {}", signal);
    return fmt::format("exit status {}", exit_code);
}

Task<Result<ProcessEnd>> run_process(Loop& loop, Command command) {
    auto child = start(command);
    if (!child) co_return child.error();
    const pid_t killed = command.own_group ? -child->pid : child->pid;
    Capture output(loop, std::move(child->output), command.max_output);
    Capture errors(loop, std::move(child->errors), command.max_output);
    Event ended(loop);
    bool timed_out = false;
    Loop::TimerId hard_kill{};
    Watch watch(loop, child->pidfd.get(), [&ended] { ended.set(); });
    const auto timer = loop.add_timer(loop.now() + command.timeout, [&] {
        timed_out = true;
        ::kill(killed, SIGTERM);
        hard_kill = loop.add_timer(loop.now() + kill_grace, [killed] { ::kill(killed, SIGKILL); });
    });
    co_await ended;
    watch.stop();
    loop.cancel_timer(timer);
    loop.cancel_timer(hard_kill);
    if (timed_out) ::kill(killed, SIGKILL);  // what the child left behind of its group
    output.drain();
    errors.drain();
    ProcessEnd end = reap(child->pid);
    end.timed_out = timed_out;
    end.timeout = command.timeout;
    end.output = output.take();
    end.errors = errors.take();
    co_return end;
}

Result<std::vector<std::string>> substitute(
    const std::vector<std::string>& arguments,
    const std::vector<std::pair<std::string, std::string>>& values) {
    std::vector<std::string> out;
    for (const auto& argument : arguments) {
        std::string done;
        std::string_view rest = argument;
        for (auto at = rest.find("%("); at != rest.npos; at = rest.find("%(")) {
            const auto end = rest.find(")s", at);
            const auto name = rest.substr(at + 2, end == rest.npos ? end : end - at - 2);
            const auto value = std::find_if(values.begin(), values.end(),
                                            [&](const auto& v) { return v.first == name; });
            if (end == rest.npos || value == values.end())
                return Error{fmt::format("'{}' stands for nothing here", rest.substr(at))};
            done.append(rest.substr(0, at)).append(value->second);
            rest.remove_prefix(end + 2);
        }
        out.push_back(done.append(rest));
    }
    return out;
}

}  // namespace buildd::net
