#include "supervise/supervisor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/failure.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "supervise/child.hpp"
#include "supervise/family.hpp"
#include "supervise/output_file.hpp"
#include "supervise/record.hpp"

namespace buildd::supervise {

namespace {

using std::chrono::milliseconds;

// After SIGTERM a child and its children get this long before SIGKILL …
constexpr milliseconds kill_grace{3000};
// … and what a kill does not end (it waits for a dead disk) is left to the kernel after this.
constexpr milliseconds give_up{10'000};
constexpr milliseconds look_again{50};
constexpr int most_pieces = 16;  // of output between two looks at the clock

bool holds(const std::vector<int>& fds, int fd) {
    return std::find(fds.begin(), fds.end(), fd) != fds.end();
}

std::vector<int> from_word(const std::string& word) {
    std::vector<int> fds;
    for (const auto& text : split(word, ','))
        if (const auto number = parse_int(text)) fds.push_back(static_cast<int>(*number));
    return fds;
}

// One run of the supervisor. Errors are thrown as Failure and told on stderr.
class Supervisor {
 public:
    explicit Supervisor(const SupervisorOrder& order)
        : order_(order), output_(output_path(order.folder)) {}

    void run() {
        block_signals();
        sort_descriptors();
        if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) fail("cannot become a subreaper");
        timer_ = Fd(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK));
        if (!timer_.open()) fail("cannot make a timerfd");
        if (!order_.temporary.empty()) check(make_folders(order_.temporary, 0700));
        if (start()) watch();
        finish();
        end_strays();
        if (!order_.temporary.empty()) static_cast<void>(remove_tree(order_.temporary).ok());
        check(recorded_);
    }

 private:
    [[noreturn]] static void fail(const std::string& what) {
        throw Failure(ExitStatus::unavailable, system_error(what, "").message);
    }
    static void check(const Result<void>& done) {
        if (!done) throw Failure(ExitStatus::unavailable, done.error().message);
    }

    void block_signals() {
        sigset_t all, child;
        sigfillset(&all);
        sigemptyset(&child);
        sigaddset(&child, SIGCHLD);
        ::sigprocmask(SIG_SETMASK, &all, nullptr);
        signals_ = Fd(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
        if (!signals_.open()) fail("cannot make a signalfd");
    }

    // Nothing of ours is to stay open in the child, nothing of our starter's here.
    void sort_descriptors() {
        const auto names = list_folder("/proc/self/fd");
        if (!names) throw Failure(ExitStatus::unavailable, names.error().message);
        for (const auto& name : *names) {
            const int fd = static_cast<int>(parse_int(name).value_or(-1));
            if (fd <= STDERR_FILENO || holds(order_.child_fds, fd)) continue;
            const int flags = ::fcntl(fd, F_GETFD);
            if (holds(order_.held_fds, fd))
                ::fcntl(fd, F_SETFD, FD_CLOEXEC);
            else if (flags >= 0 && (flags & FD_CLOEXEC) == 0)
                ::close(fd);
        }
    }

    // false: it could not be started, and why is known. Recorded before it begins.
    bool start() {
        auto forked = fork_child(order_.program, order_.arguments);
        if (!forked) return not_started(forked.error());
        child_ = std::move(*forked);
        if (const auto written = record(); !written) {
            ::kill(child_.pid, SIGKILL);
            return not_started(written.error());
        }
        const auto gone = let_go(child_, order_.program);
        if (!gone) return not_started(gone.error());
        ring_in(order_.timeout);
        return true;
    }

    bool not_started(const Error& error) {
        end_.not_started = error.message;
        return false;
    }

    Result<void> record() const {
        const auto child = identify(child_.pid);
        if (!child) return child.error();
        const auto self = identify(::getpid());
        if (!self) return self.error();
        return write_child(order_.folder, {*child, *self});
    }

    void ring_in(milliseconds duration) const {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
        itimerspec time{};
        time.it_value.tv_sec = seconds.count();
        time.it_value.tv_nsec =
            std::max<long>(1, std::chrono::nanoseconds(duration - seconds).count());
        ::timerfd_settime(timer_.get(), 0, &time, nullptr);
    }

    void watch() {
        while (!ended_) {
            std::array<pollfd, 3> fds{{{signals_.get(), POLLIN, 0},
                                       {timer_.get(), POLLIN, 0},
                                       {output_open_ ? child_.output.get() : -1, POLLIN, 0}}};
            ::poll(fds.data(), fds.size(), -1);
            drain();
            if (fds[1].revents != 0) time_is_up();
            reap();
        }
        drain();
    }

    // First SIGTERM, then again and again SIGKILL.
    void time_is_up() {
        std::uint64_t times = 0;
        if (::read(timer_.get(), &times, sizeof times) < 0) return;
        const bool first = !std::exchange(end_.end.timed_out, true);
        const int signal = first ? SIGTERM : SIGKILL;
        ::kill(-child_.pid, signal);
        signal_descendants(::getpid(), signal);
        ring_in(first ? kill_grace : look_again);
    }

    void drain() {
        std::array<char, 65536> piece;
        for (int pieces = 0; output_open_ && pieces < most_pieces; ++pieces) {
            const ssize_t got = ::read(child_.output.get(), piece.data(), piece.size());
            if (got < 0 && errno == EINTR) continue;
            if (got < 0 && errno == EAGAIN) return;
            if (got <= 0) output_open_ = false;
            if (got > 0) output_.add({piece.data(), static_cast<std::size_t>(got)});
        }
    }

    // The child, and what it left behind and came to us. false: none is left.
    bool reap() {
        signalfd_siginfo info{};
        while (::read(signals_.get(), &info, sizeof info) > 0) {
        }
        for (;;) {
            int status = 0;
            const pid_t pid = ::waitpid(-1, &status, WNOHANG);
            if (pid < 0 && errno == EINTR) continue;
            if (pid <= 0) return pid == 0;
            if (pid != child_.pid) continue;
            ended_ = true;
            if (WIFEXITED(status)) end_.end.exit_code = WEXITSTATUS(status);
            if (WIFSIGNALED(status)) end_.end.signal = WTERMSIG(status);
        }
    }

    void finish() {
        end_.end.timeout = order_.timeout;
        child_.output.reset();  // who still writes is cleaned away
        output_.finish();
        recorded_ = write_end(order_.folder, end_);
    }

    void end_strays() {
        if (!reap()) return;
        signal_descendants(::getpid(), SIGTERM);
        for (milliseconds waited{0}; waited < give_up && reap(); waited += look_again) {
            if (waited >= kill_grace) signal_descendants(::getpid(), SIGKILL);
            pollfd signal{signals_.get(), POLLIN, 0};
            ::poll(&signal, 1, static_cast<int>(look_again.count()));
        }
    }

    const SupervisorOrder& order_;
    OutputFile output_;
    Fd signals_, timer_;
    Child child_;
    bool output_open_ = true, ended_ = false;
    EndRecord end_;
    Result<void> recorded_;
};

}  // namespace

int supervise(const SupervisorOrder& order) {
    try {
        Supervisor(order).run();
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return static_cast<int>(ExitStatus::unavailable);
    }
}

std::vector<std::string> to_words(const SupervisorOrder& order) {
    std::vector<std::string> words{order.folder,
                                   order.temporary,
                                   std::to_string(order.timeout.count()),
                                   fmt::format("{}", fmt::join(order.child_fds, ",")),
                                   fmt::format("{}", fmt::join(order.held_fds, ",")),
                                   order.program};
    words.insert(words.end(), order.arguments.begin(), order.arguments.end());
    return words;
}

SupervisorOrder from_words(const std::vector<std::string>& words) {
    SupervisorOrder order;
    if (words.size() < 7) return order;
    const auto timeout = parse_int(words[2]);
    if (!timeout) return order;
    order.folder = words[0];
    order.temporary = words[1];
    order.timeout = std::chrono::seconds(*timeout);
    order.child_fds = from_word(words[3]);
    order.held_fds = from_word(words[4]);
    order.program = words[5];
    order.arguments.assign(words.begin() + 6, words.end());
    return order;
}

}  // namespace buildd::supervise
