#include "net/process.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.hpp"
#include "net/spawn.hpp"

namespace buildd::net {

namespace {

// After SIGTERM a group gets this long before SIGKILL.
constexpr auto kill_grace = Milliseconds(3000);

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
    Spawned process;
    Fd output, errors;
};

Result<Child> start(const Command& command) {
    auto output = make_pipe();
    auto errors = make_pipe();
    if (!output) return output.error();
    if (!errors) return errors.error();
    SpawnOrder order;
    order.program = command.program.empty() ? command.arguments.at(0) : command.program;
    order.arguments = command.arguments;
    order.environment = command.environment;
    order.withheld = command.withheld;
    order.output = output->write.get();
    order.errors = errors->write.get();
    if (command.inherited_fd >= 0) order.kept_fds.push_back(command.inherited_fd);
    order.group = command.own_group ? SpawnOrder::Group::own : SpawnOrder::Group::ours;
    auto process = spawn(order);
    if (!process) return process.error();
    return Child{std::move(*process), std::move(output->read), std::move(errors->read)};
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
    assert(!command.program.empty() || !command.arguments.empty());
    auto child = start(command);
    if (!child) co_return child.error();
    const pid_t pid = child->process.pid;
    const pid_t killed = command.own_group ? -pid : pid;
    Capture output(loop, std::move(child->output), command.max_output);
    Capture errors(loop, std::move(child->errors), command.max_output);
    Event ended(loop);
    bool timed_out = false;
    Loop::TimerId hard_kill{};
    Watch watch(loop, child->process.pidfd.get(), [&ended] { ended.set(); });
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
    ProcessEnd end = reap(pid);
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
