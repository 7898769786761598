#include "crash/matrix.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <fmt/format.h>
#include <new>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.hpp"

namespace crash {

namespace {

constexpr std::size_t max_plays = 16;

// Workers are processes, since ptrace and waitpid are a process's own: they meet here.
struct Tally {
    std::atomic<long> next{0};  // to be taken by a worker
    std::atomic<long> run{0};
    std::atomic<long> points{0};  // that there are
    std::atomic<long> violations{0};
    std::atomic<int> ended{0};  // workers that are through with it
};
struct Board {
    std::array<Tally, max_plays> tallies;
};

Board& shared_board() {
    void* memory =
        ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no memory");
    return *new (memory) Board;
}

// One write: lines of several workers do not mix.
void say(const std::string& lines) {
    if (::write(STDOUT_FILENO, lines.data(), lines.size()) < 0) ::_exit(1);
}

void say_figures(const Play& play, const Tally& tally) {
    say(fmt::format("{:<16} {:>6} calls {:>6} points {:>4} violations\n", play.name,
                    tally.points.load(), tally.run.load(), tally.violations.load()));
}

std::string strike_text(const Strike& strike, const TracedEnd& end) {
    static constexpr std::array<std::string_view, 5> names{"nothing", "kill", "kill-all", "term",
                                                           "fail"};
    return fmt::format("{}{} at {}", names[static_cast<std::size_t>(strike.kind)],
                       end.error != 0 ? " with " + error_name(end.error) : "",
                       end.struck ? end.struck->text() : "nothing, the run was over");
}

class Worker {
 public:
    Worker(const Options& options, Board& board, int number)
        : options_(options),
          board_(board),
          theatre_(fmt::format("crash_{}_{}", ::getpid(), number), options.program) {}

    void run() {
        for (std::size_t i = 0; i < options_.plays.size(); ++i) {
            Tally& tally = board_.tallies[i];
            run_play(*options_.plays[i], tally);
            if (++tally.ended == options_.workers) say_figures(*options_.plays[i], tally);
        }
    }

 private:
    void run_play(const Play& play, Tally& tally) {
        if (options_.point > 0) {
            if (tally.next++ == 0) strike(play, tally, options_.point);
            return;
        }
        const long points = count(play, tally);
        const long step = options_.sample > 0 ? std::max(1L, points / options_.sample) : 1;
        const long offset = static_cast<long>(options_.seed) % step;
        for (;;) {
            const long point = 1 + offset + tally.next++ * step;
            if (point > points) return;
            strike(play, tally, point);
        }
    }

    // The first to come counts for all.
    long count(const Play& play, Tally& tally) {
        if (tally.points > 0) return tally.points;
        Strike unharmed = options_.strike;
        unharmed.whom = play.whom;
        unharmed.point = 0;
        const PointEnd end = theatre_.run(play, unharmed);
        report(play, tally, unharmed, end);
        const auto found = end.end.points.find(play.whom);
        tally.points = found == end.end.points.end() ? 0 : found->second;
        return tally.points;
    }

    void strike(const Play& play, Tally& tally, long point) {
        Strike strike = options_.strike;
        strike.whom = play.whom;
        strike.point = point;
        ++tally.run;
        report(play, tally, strike, theatre_.run(play, strike));
    }

    void report(const Play& play, Tally& tally, const Strike& strike, const PointEnd& end) const {
        if (end.violations.empty()) return;
        tally.violations += static_cast<long>(end.violations.size());
        std::string lines = fmt::format("VIOLATED {} point {}: {}\n", play.name, strike.point,
                                        strike_text(strike, end.end));
        for (const auto& violation : end.violations) lines += "  " + violation + "\n";
        if (options_.verbose) lines += end.output + "\n";
        say(lines);
    }

    const Options& options_;
    Board& board_;
    Theatre theatre_;
};

// false: it ended badly.
bool all_ended_well(const std::vector<pid_t>& workers) {
    bool well = true;
    for (const pid_t worker : workers) {
        int status = 0;
        ::waitpid(worker, &status, 0);
        well = well && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    return well;
}

pid_t start_worker(const Options& options, Board& board, int number) {
    const pid_t worker = ::fork();
    if (worker != 0) return worker;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    try {
        Worker(options, board, number).run();
    } catch (const std::exception& error) {
        say(fmt::format("crash_matrix: {}\n", error.what()));
        ::_exit(1);
    }
    ::_exit(0);
}

}  // namespace

int run_matrix(const Options& options) {
    Board& board = shared_board();
    const auto start = std::chrono::steady_clock::now();
    std::vector<pid_t> workers;
    for (int number = 0; number < options.workers; ++number)
        workers.push_back(start_worker(options, board, number));
    const bool well = all_ended_well(workers);
    long points = 0, violated = 0;
    for (std::size_t i = 0; i < options.plays.size(); ++i) {
        points += board.tallies[i].run;
        violated += board.tallies[i].violations;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    say(fmt::format("{} points, {} violations, seed {}, {:.0f} s\n", points, violated, options.seed,
                    took.count()));
    return well ? static_cast<int>(violated) : static_cast<int>(violated) + 1;
}

}  // namespace crash
