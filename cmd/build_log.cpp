// build log.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>
#include <utility>

#include "base/text.hpp"
#include "builds.hpp"
#include "librarian/gunzip.hpp"
#include "policy/log_follower.hpp"
#include "show.hpp"

namespace buildd::cmd {

const Argument follow_flag{"-f,--follow", Argument::Kind::flag,
                           "Go on as the log grows, until the build ends"};

namespace {

constexpr int poll_ms = 1000;  // passes store a tail once a minute or so

// The log's bytes as they are; on a terminal whole lines, without what would command it.
class LogPrinter {
 public:
    void put(std::string_view text) {
        if (!terminal_) return print(text);
        held_ += text;
        const auto end = held_.size() > longest_line ? held_.size() : held_.rfind('\n') + 1;
        print(terminal_text(held_.substr(0, end)));
        held_.erase(0, end);
    }
    void finish() { print(terminal_text(std::exchange(held_, {}))); }

 private:
    static constexpr std::size_t longest_line = 64 << 10;

    static void print(std::string_view text) {
        fmt::print("{}", text);
        flush_output();
    }

    bool terminal_ = ::isatty(STDOUT_FILENO) == 1;
    std::string held_;  // the line that has not ended
};

std::string path_of(Context& context, const LibraryFile& file) {
    return context.librarian().path(file.id, file.filename, file.restricted);
}

// A stored log, decompressed.
void read_log(const std::string& path, const std::function<void(std::string_view)>& sink) {
    const auto done = read_gunzipped(path, [&](std::string_view piece) -> Result<void> {
        sink(piece);
        return {};
    });
    if (!done) throw Failure(ExitStatus::unavailable, done.error().message);
}

[[noreturn]] void throw_no_log(BuildId id) {
    throw Failure(ExitStatus::bad_input, fmt::format("build {} has no log yet", id.value));
}

db::BuildLog log_of(Context& context, BuildId id) {
    auto log = db::find_log(context.database(), id);
    if (!log.exists) throw_unknown(id);
    return log;
}

void print_log(Context& context, BuildId id, LogPrinter& printer) {
    const auto log = log_of(context, id);
    if (log.file)
        read_log(path_of(context, *log.file), [&](std::string_view piece) { printer.put(piece); });
    else if (log.tail)
        printer.put(mask_passwords(*log.tail) + "\n");
    else
        throw_no_log(id);
}

void stop_if_asked(const StopSignals& signals) {
    if (const auto signal = signals.pending()) throw Interrupted(*signal);
}

void wait(const StopSignals& signals) {
    pollfd stop{signals.fd(), POLLIN, 0};
    ::poll(&stop, 1, poll_ms);
    stop_if_asked(signals);
}

// What of the stored log has not been shown. Read twice: a log may be larger than memory.
void print_rest(const std::string& path, const policy::LogFollower& follower,
                const StopSignals& signals, LogPrinter& printer) {
    policy::LogSearch search(follower.mark());
    read_log(path, [&](std::string_view piece) {
        stop_if_asked(signals);
        search.take(piece);
    });
    if (!search.found() && follower.begun()) printer.put(policy::LogFollower::gap);
    auto skip = search.end();
    read_log(path, [&](std::string_view piece) {
        stop_if_asked(signals);
        const auto passed = std::min<std::uint64_t>(skip, piece.size());
        skip -= passed;
        printer.put(piece.substr(passed));
    });
}

void follow_log(Context& context, BuildId id, LogPrinter& printer) {
    const StopSignals& signals = context.stop_signals();
    auto log = log_of(context, id);
    if (!log.running && !log.file) throw_no_log(id);
    policy::LogFollower follower;
    for (; log.running; log = log_of(context, id)) {
        if (log.tail) printer.put(follower.next(mask_passwords(*log.tail)));
        wait(signals);
    }
    if (log.file)
        print_rest(path_of(context, *log.file), follower, signals, printer);
    else
        context.log().warning("build {} is not on a builder any more, and has no log", id.value);
}

}  // namespace

ExitStatus build_log(Context& context, const Arguments& arguments) {
    if (arguments.has(follow_flag.name)) context.stop_signals();  // before the database is opened
    const BuildId id = build_of(context, arguments);
    LogPrinter printer;
    if (arguments.has(follow_flag.name))
        follow_log(context, id, printer);
    else
        print_log(context, id, printer);
    printer.finish();
    return ExitStatus::done;
}

}  // namespace buildd::cmd
