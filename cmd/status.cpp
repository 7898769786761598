// status: the farm on one screen.
#include "db/status.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "db/history.hpp"
#include "db/passes.hpp"
#include "db/snapshot.hpp"
#include "html.hpp"
#include "json.hpp"
#include "pages.hpp"
#include "policy/alarm.hpp"
#include "policy/estimate.hpp"
#include "show.hpp"
#include "why.hpp"

namespace buildd::cmd {

namespace {

Tone bad_if(bool bad) {
    return bad ? Tone::bad : Tone::plain;
}

Record builders_record(const db::FarmStatus::Builders& b) {
    return {{"architecture", "BUILDERS", b.tag},
            {"idle", "idle", b.idle},
            {"building", "building", b.building},
            {"manual", "manual", b.manual},
            {"failed", "failed", b.failed, {}, bad_if(b.failed > 0)},
            {"disabled", "disabled", b.disabled, {}, bad_if(b.disabled > 0)},
            {"quarantined", "", b.quarantined}};
}

Field duration_field(std::string key, std::string heading,
                     const std::optional<std::chrono::seconds>& duration) {
    if (!duration) return {std::move(key), std::move(heading), {}, ""};
    return {std::move(key), std::move(heading), std::int64_t{duration->count()},
            show_duration(*duration)};
}

Record queue_record(const db::FarmStatus::Queue& q) {
    const policy::QueueLoad load{q.pending, q.running, q.builders, q.usual, q.first_done};
    const auto next = policy::time_to_next(load);
    const auto empty = policy::time_to_empty(load);
    Field built = duration_field("estimate", "built in about", empty);
    // In the same column: the page has no room for another on a phone.
    if (empty && next && next->count() > 0)
        *built.shown += ", the next begun in " + show_duration(*next);
    return {{"architecture", "QUEUE", q.tag},
            {"trusted", "trust", q.trusted, q.trusted ? "trusted" : "untrusted"},
            {"pending", "pending", q.pending},
            {"running", "running", q.running},
            duration_field("oldest", "oldest pending", q.oldest),
            duration_field("next_start", "", next),
            built};
}

Record count_record(const db::FarmStatus::StateCount& c) {
    return {state_field("state", c.state), {"builds", "builds", c.builds}};
}

Record result_record(const db::FarmStatus::Result& r) {
    const std::string minute = to_the_minute(r.finished);
    return {{"finished", "LAST RESULTS", r.finished,
             minute.substr(std::min<std::size_t>(5, minute.size()))},
            state_field("state", r.state),
            {"build", "", r.build.value},
            {"title", "build", r.title},
            {"builder", "builder", r.builder}};
}

Record trouble_record(const db::FarmStatus::Trouble& t) {
    return {{"builder", "NOT IN USE", t.builder, {}, Tone::bad}, {"notes", "why", t.notes}};
}

Record left_record(const db::FarmStatus::LeftBuild& b) {
    return {{"since", "FOR A PERSON", b.since, to_the_minute(b.since)},
            state_field("state", b.state),
            {"build", "build", b.build.value},
            {"title", "title", b.title}};
}

Record never_record(const db::NeverBuilt& never) {
    return {{"source", "NOBODY BUILDS", never.title, {}, Tone::bad},
            {"reason", "why", never.reason}};
}

Record standing_record(const db::StandingCause& cause) {
    return {{"seen", "STANDING", cause.seen, to_the_minute(cause.seen)},
            {"message", "what", cause.message}};
}

// For admins alone: they name what others must not know, such as builds of private archives.
Table standing_table(const db::FarmStatus& status) {
    return table_of("standing", status.standing, standing_record);
}

std::vector<Table> tables_of(const db::FarmStatus& status) {
    return {table_of("builders", status.builders, builders_record),
            table_of("queue", status.queue, queue_record),
            table_of("results", status.results, result_record),
            table_of("not_in_use", status.troubles, trouble_record),
            table_of("left_to_a_person", status.left, left_record),
            table_of("never_built", status.never_built.first, never_record)};
}

std::string pass_words(const std::optional<LastPass>& pass) {
    if (!pass) return "none yet";
    const std::string age = show_duration(pass->age);
    if (!pass->exit_status)
        return fmt::format("{} on {}, started {} ago", pass->command, pass->host, age);
    return fmt::format("{} on {}, {} ago: exit status {}{}{}", pass->command, pass->host, age,
                       *pass->exit_status, pass->summary.empty() ? "" : ", ", pass->summary);
}

// "12 FULLYBUILT, 1 FAILEDTOBUILD", or nothing.
std::string counts_of(const std::vector<db::FarmStatus::StateCount>& counts) {
    std::vector<std::string> words;
    for (const auto& [state, builds] : counts)
        words.push_back(fmt::format("{} {}", builds, label(state)));
    return join(words, ", ");
}

std::vector<std::string> lines_of(const db::FarmStatus& status) {
    const std::string last_hour = counts_of(status.last_hour),
                      for_person = counts_of(status.for_person);
    const auto never = status.never_built.count;
    std::vector<std::string> lines{
        "last hour: " + (last_hour.empty() ? "no results" : last_hour),
        "waiting for a person: " + (for_person.empty() ? "no builds" : for_person),
        fmt::format("{} uploading, {} unsent", status.uploading,
                    counted(status.unsent_mail, "mail")),
        "last pass: " + pass_words(status.last_pass)};
    if (never > 0)
        lines.push_back(fmt::format("nobody builds something of {}: 'buildd-master queue why'",
                                    counted(never, "published source")));
    return lines;
}

std::string json_of(const db::FarmStatus& status) {
    std::vector<JsonMember> members;
    for (const auto& table : tables_of(status)) members.emplace_back(table.key, to_json(table));
    for (const auto& table : {table_of("last_hour", status.last_hour, count_record),
                              table_of("for_person", status.for_person, count_record)})
        members.emplace_back(table.key, to_json(table));
    members.emplace_back("standing", to_json(standing_table(status)));
    members.emplace_back("last_pass", to_json(status.last_pass));
    return to_json({{"uploading", "", status.uploading},
                    {"unsent_mail", "", status.unsent_mail},
                    {"sources_never_built", "", status.never_built.count}},
                   members);
}

Chart queue_chart(const db::FarmHistory& history) {
    Chart chart{"", Tone::waiting, Tone::good, history.days, {}};
    std::int64_t pending = 0, running = 0;
    for (const auto& hour : history.queue) {
        chart.bars.push_back({hour.pending, hour.running});
        pending = std::max(pending, hour.pending.value_or(0));
        running = std::max(running, hour.running.value_or(0));
    }
    chart.caption = fmt::format("Queue, each hour: at most {} pending (up), {} running (down)",
                                pending, running);
    return chart;
}

Chart results_chart(const db::FarmHistory& history) {
    Chart chart{"", Tone::good, Tone::bad, history.days, {}};
    std::int64_t built = 0, failed = 0;
    for (const auto& slot : history.results) {
        chart.bars.push_back({slot.built, slot.failed});
        built += slot.built;
        failed += slot.failed;
    }
    chart.caption = fmt::format(
        "Results, each six hours: in all {} built (up), {} not built (down)", built, failed);
    return chart;
}

// Readers of a web server may read it whatever the umask of cron is.
constexpr unsigned readable_by_all = 0644;

const Argument check_flag{"--check", Argument::Kind::flag,
                          "For monitoring: one line; exit status 0, 1 or 2"};

std::int64_t& count_for(policy::WatchedFarm& farm, BuildState state) {
    if (state == BuildState::CHROOTWAIT) return farm.chroot_wait;
    return state == BuildState::FAILEDTOUPLOAD ? farm.failed_to_upload : farm.left;
}

policy::WatchedFarm watch(db::Database& database) {
    policy::WatchedFarm farm;
    farm.last_dispatch = db::last_dispatch(database);
    for (const auto& [name, notes] : db::read_missing(database).builders)
        farm.disabled_builders.push_back(name);
    for (const auto& [state, builds] : db::read_status(database).for_person)
        count_for(farm, state) += builds;
    return farm;
}

constexpr auto critical = static_cast<ExitStatus>(2);  // of this command alone

// One line and 0, 1 or 2, whatever happens: monitoring reads nothing else.
ExitStatus check_status(Context& context) {
    policy::Verdict verdict;
    try {
        verdict = policy::judge(watch(context.database()));
    } catch (const Failure& failure) {
        verdict = {policy::Alarm::critical, fmt::format("CRITICAL - {}", failure.what())};
    }
    print_line(verdict.line);
    switch (verdict.alarm) {
        case policy::Alarm::ok:
            return ExitStatus::done;
        case policy::Alarm::warning:
            return ExitStatus::needs_person;
        case policy::Alarm::critical:
            return critical;
    }
    return critical;
}

ExitStatus show_status(Context& context, const Arguments& arguments) {
    if (arguments.has(check_flag.name)) return check_status(context);
    const auto page = arguments.maybe("--html");
    if (page) {
        write_page(*page, context.database());
        note_page(context.settings(), *page);
    }
    if (page && !arguments.has(json_flag.name)) return ExitStatus::done;
    const db::FarmStatus status = db::read_status(context.database());
    if (arguments.has(json_flag.name)) {
        print_json(json_of(status));
        return ExitStatus::done;
    }
    auto tables = tables_of(status);
    tables.push_back(standing_table(status));
    for (const auto& table : tables) {
        if (table.rows.empty()) continue;
        print_table(table);
        print_line("");
    }
    for (const auto& line : lines_of(status)) print_line(line);
    return ExitStatus::done;
}

}  // namespace

void write_page(const std::string& path, db::Database& database) {
    const auto status = db::read_status(database, db::Readers::everybody);
    const auto history = db::read_history(database);
    const auto now = utc_stamp(std::chrono::system_clock::now(), "%Y-%m-%dT%H:%M:%SZ");
    const auto page = html_page({"Build farm",
                                 tables_of(status),
                                 {queue_chart(history), results_chart(history)},
                                 lines_of(status),
                                 now});
    if (const auto written = replace_file(path, page, readable_by_all); !written)
        throw Failure(ExitStatus::unavailable, "--html: " + written.error().message);
}

std::vector<Command> status_commands() {
    const Argument html{"--html", Argument::Kind::option, "Write it there as a web page", "FILE"};
    return {{{"status"}, "The farm on one screen", {json_flag, html, check_flag}, show_status}};
}

}  // namespace buildd::cmd
