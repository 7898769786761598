#include "supervise/record.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"

namespace buildd::supervise {

namespace {

constexpr std::uint64_t max_record = 64 << 10;

std::string process_line(const char* name, const ProcessId& process) {
    return fmt::format("{} {} {} {} {}\n", name, process.pid, process.start, process.boot,
                       process.host);
}

std::optional<ProcessId> parse_process(const std::string& line, const char* name) {
    const auto words = split_words(line);
    if (words.size() != 5 || words[0] != name) return std::nullopt;
    const auto pid = parse_int(words[1]), start = parse_int(words[2]);
    if (!pid || !start) return std::nullopt;
    return ProcessId{static_cast<pid_t>(*pid), static_cast<std::uint64_t>(*start), words[3],
                     words[4]};
}

std::string end_line(const EndRecord& record) {
    const net::ProcessEnd& end = record.end;
    if (!record.not_started.empty()) return "not-started " + one_line(record.not_started) + "\n";
    if (end.timed_out) return fmt::format("timeout {}\n", end.timeout.count());
    if (end.signal != 0) return fmt::format("signal {}\n", end.signal);
    return fmt::format("exit {}\n", end.exit_code);
}

std::optional<EndRecord> parse_end(const std::string& line) {
    const auto blank = line.find(' ');
    if (blank == line.npos) return std::nullopt;
    const auto word = line.substr(0, blank);
    const auto rest = line.substr(blank + 1);
    EndRecord record;
    if (word == "not-started") {
        record.not_started = rest;
        return record;
    }
    const auto number = parse_int(rest);
    if (!number) return std::nullopt;
    if (word == "exit") record.end.exit_code = static_cast<int>(*number);
    if (word == "signal") record.end.signal = static_cast<int>(*number);
    if (word == "timeout") {
        record.end.timed_out = true;
        record.end.timeout = std::chrono::seconds(*number);
    }
    const bool known = word == "exit" || word == "signal" || word == "timeout";
    return known ? std::optional(record) : std::nullopt;
}

// nullopt: there is no such file.
Result<std::optional<std::string>> read_if_there(const std::string& path) {
    if (!exists(path)) return std::optional<std::string>();
    auto text = read_file(path, max_record);
    if (!text) return text.error();
    return std::optional(std::move(*text));
}

}  // namespace

Result<void> write_child(const std::string& folder, const ChildRecord& record) {
    return replace_file(child_path(folder), process_line("child", record.child) +
                                                process_line("supervisor", record.supervisor));
}

Result<void> write_end(const std::string& folder, const EndRecord& record) {
    return replace_file(end_path(folder), end_line(record));
}

Result<std::optional<ChildRecord>> read_child(const std::string& folder) {
    const auto text = read_if_there(child_path(folder));
    if (!text) return text.error();
    if (!*text) return std::optional<ChildRecord>();
    const auto lines = split(**text, '\n');
    const auto child = parse_process(lines[0], "child");
    const auto supervisor = parse_process(lines.size() > 1 ? lines[1] : "", "supervisor");
    if (!child || !supervisor)
        return Error{fmt::format("{} is no record of a child", child_path(folder))};
    return std::optional(ChildRecord{*child, *supervisor});
}

Result<std::optional<EndRecord>> read_end(const std::string& folder) {
    const auto text = read_if_there(end_path(folder));
    if (!text) return text.error();
    if (!*text) return std::optional<EndRecord>();
    const auto record = parse_end(split(**text, '\n')[0]);
    if (!record) return Error{fmt::format("{} is no record of an end", end_path(folder))};
    return record;
}

}  // namespace buildd::supervise
