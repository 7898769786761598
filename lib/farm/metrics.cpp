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
constexpr std::array<Family, 10> gauges{{
    {"buildd_builders", "Builders by what they are doing."},
    {"buildd_queue_pending", "Jobs that wait for a builder."},
    {"buildd_queue_running", "Jobs that a builder works on."},
    {"buildd_queue_oldest_seconds", "Age of the oldest pending job; 0 if there is none."},
    {"buildd_breakers_open", "Common causes of failures that jobs wait for to go."},
    {"buildd_uploads_pending", "Builds whose results are still to be taken in."},
    {"buildd_mail_unsent", "Mails that are still to be sent."},
    {"buildd_last_pass_timestamp_seconds", "When the last pass of a command ended."},
    {"buildd_last_pass_duration_seconds", "How long the last pass of a command took."},
    {"buildd_last_pass_exit_status", "Exit status of the last pass of a command."},
}};

// Of this pass.
struct Count {
    std::string series;  // with its label
    std::int64_t value = 0;
};
struct Counter {
    Family family;
    std::vector<Count> counts;
};

std::vector<Count> by_outcome(const Report& report) {
    std::vector<Count> counts;
    for (std::size_t i = 0; i < report.outcomes.size(); ++i)
        counts.push_back({fmt::format("buildd_attempts_ended_total{{outcome=\"{}\"}}",
                                      LabelsOf<Outcome>::names[i]),
                          report.outcomes[i]});
    return counts;
}

std::vector<Counter> counters_of(const Report& report) {
    const auto one = [](const char* name, const char* help, auto value) {
        return Counter{{name, help}, {{name, static_cast<std::int64_t>(value)}}};
    };
    return {
        one("buildd_builds_started_total", "Builds handed to builders.", report.started),
        one("buildd_builds_finished_total", "Builds whose attempt ended for good.",
            report.finished),
        one("buildd_builds_reset_total", "Builds put back into the queue.", report.reset),
        {{"buildd_attempts_ended_total",
          "Attempts, and starts that were undone, by how they ended."},
         by_outcome(report)},
        one("buildd_builders_failed_total", "Times that a builder failed.", report.failed),
        one("buildd_fetched_bytes_total", "Bytes of result files fetched from builders.",
            report.gathered.bytes),
        one("buildd_uploads_accepted_total", "Results taken in.", report.uploaded),
        one("buildd_uploads_failed_total", "Results that failed to upload.", report.rejected),
    };
}

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
std::int64_t old_count(const std::string& old, const std::string& series) {
    for (const auto& line : split(old, '\n')) {
        const auto words = split_words(line);
        if (words.size() == 2 && words[0] == series) return parse_int(words[1]).value_or(0);
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
    for (const auto& [family, counts] : counters_of(report)) {
        text += heading(family, "counter");
        for (const auto& [series, value] : counts)
            text += fmt::format("{} {}\n", series, old_count(old, series) + value);
    }
    return text;
}

Result<void> replace_metrics(const std::string& path, db::Database& database,
                             const Report& report) {
    try {
        const auto samples = db::read_metrics(database);
        const auto content = [&](const std::string& old) { return render(samples, report, old); };
        return update_file(path, content, readable_by_all);
    } catch (const db::StatementError& error) {
        return Error{error.what()};
    } catch (const db::Lost& error) {
        return Error{error.what()};
    }
}

}  // namespace

Result<void> write_metrics(const Settings& settings, db::Database& database, const Report& report) {
    if (settings.metrics_file.empty()) return {};
    const auto replaced = replace_metrics(settings.metrics_file, database, report);
    if (!replaced) return Error{"metrics_file: " + replaced.error().message};
    return {};
}

}  // namespace buildd::farm
