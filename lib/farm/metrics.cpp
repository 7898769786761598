#include "farm/metrics.hpp"

#include <array>
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "db/metrics.hpp"

namespace buildd::farm {

namespace {

constexpr unsigned readable_by_all = 0644;

struct Family {
    const char* name;
    const char* help;
};
constexpr std::array<Family, 9> gauges{{
    {"buildd_builders", "Builders by what they are doing."},
    {"buildd_queue_pending", "Jobs that wait for a builder."},
    {"buildd_queue_running", "Jobs that a builder works on."},
    {"buildd_queue_oldest_seconds", "Age of the oldest pending job; 0 if there is none."},
    {"buildd_uploads_pending", "Builds whose results are still to be taken in."},
    {"buildd_mail_unsent", "Mails that are still to be sent."},
    {"buildd_last_pass_timestamp_seconds", "When the last pass of a command ended."},
    {"buildd_last_pass_duration_seconds", "How long the last pass of a command took."},
    {"buildd_last_pass_exit_status", "Exit status of the last pass of a command."},
}};

struct Counter {
    Family family;
    int Report::*count;
};
constexpr std::array<Counter, 5> counters{{
    {{"buildd_builds_started_total", "Builds handed to builders."}, &Report::started},
    {{"buildd_builds_finished_total", "Builds whose attempt ended for good."}, &Report::finished},
    {{"buildd_builds_reset_total", "Builds put back into the queue."}, &Report::reset},
    {{"buildd_uploads_accepted_total", "Results taken in."}, &Report::uploaded},
    {{"buildd_uploads_failed_total", "Results that failed to upload."}, &Report::rejected},
}};

std::string escaped(const std::string& value) {
    return replace_all(replace_all(replace_all(value, "\\", "\\\\"), "\"", "\\\""), "\n", "\\n");
}

std::string labels_of(const db::MetricSample& sample) {
    std::string labels;
    const auto add = [&](const char* name, const std::optional<std::string>& value) {
        if (!value) return;
        labels += fmt::format("{}{}=\"{}\"", labels.empty() ? "" : ",", name, escaped(*value));
    };
    add("arch", sample.arch);
    add("trusted", sample.trusted);
    add("state", sample.state);
    add("command", sample.command);
    return labels.empty() ? labels : "{" + labels + "}";
}

std::string heading(const Family& family, const char* type) {
    return fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", family.name, family.help, type);
}

// 0 when the file does not have it: a counter that begins anew is known to readers.
std::int64_t old_count(const std::string& old, const Family& counter) {
    for (const auto& line : split(old, '\n')) {
        const auto words = split_words(line);
        if (words.size() == 2 && words[0] == counter.name) return parse_int(words[1]).value_or(0);
    }
    return 0;
}

std::string render(const std::vector<db::MetricSample>& samples, const Report& report,
                   const std::string& old) {
    std::string text;
    for (const auto& family : gauges) {
        text += heading(family, "gauge");
        for (const auto& sample : samples)
            if (sample.metric == family.name)
                text += fmt::format("{}{} {}\n", family.name, labels_of(sample), sample.value);
    }
    for (const auto& [family, count] : counters)
        text += heading(family, "counter") +
                fmt::format("{} {}\n", family.name, old_count(old, family) + report.*count);
    return text;
}

Result<void> replace_metrics(const std::string& path, db::Database& database,
                             const Report& report) {
    const auto old = read_file(path);
    try {
        const auto samples = db::read_metrics(database);
        return replace_file(path, render(samples, report, old ? *old : ""), readable_by_all);
    } catch (const db::StatementError& error) {
        return Error{error.what()};
    } catch (const db::Lost& error) {
        return Error{error.what()};
    }
}

}  // namespace

void write_metrics(const Settings& settings, db::Database& database, const Report& report,
                   Log& log) {
    if (settings.metrics_file.empty()) return;
    const auto replaced = replace_metrics(settings.metrics_file, database, report);
    if (!replaced) log.warning("metrics_file: {}", replaced.error().message);
}

}  // namespace buildd::farm
