#include "support/farm.hpp"

#include <cctype>
#include <filesystem>
#include <fmt/format.h>

#include "base/text.hpp"
#include "net/process.hpp"
#include "supervise/supervise.hpp"

namespace buildd::test {

namespace fs = std::filesystem;

namespace {

farm::Stages stages_of(const std::string& command) {
    const bool all = command == "cycle";
    return {all || command == "scan", all || command == "collect", all || command == "dispatch"};
}

}  // namespace

TestFarm::TestFarm(const std::string& server) : database_(true, server) {
    supervise::supervisor_program() = PROGRAM;
    sql(fixture("sample-farm/farm.sql"));
    fs::create_directories(file("librarian"));
    fs::copy(fixture_path("sample-farm/files"), file("librarian"), fs::copy_options::recursive);
    options = {
        {"database", database_.conninfo()}, {"root", root()},
        {"lockfile", file("lock")},         {"librarian_url", "http://librarian.example.org"},
        {"smtp_url", "smtp://127.0.0.1:1"}, {"default_sender_address", "buildd@example.org"},
        {"socket_timeout", "5 s"}};
}

LoadedSettings TestFarm::settings() const {
    const auto nothing = [](const std::string&) { return std::nullopt; };
    return load_settings(options, nothing, fixture_path("empty.conf"));
}

std::map<std::string, std::string> TestFarm::environment() const {
    std::map<std::string, std::string> variables;
    for (const auto& [key, value] : options) {
        std::string name = "BUILDD_MASTER_";
        for (const char c : key)
            name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        variables[name] = value;
    }
    return variables;
}

ExitStatus TestFarm::pass(const std::string& command, bool dry_run) {
    log_.clear();
    printed_.clear();
    progress_.clear();
    Log log(Level::DEBUG);
    log.add_sink([this](Level, std::string_view line) { log_.emplace_back(line); });
    log.on_progress([this](std::string_view text) { progress_.emplace_back(text); });
    farm::PassOrder order;
    order.command = command;
    order.stages = stages_of(command);
    order.dry_run = dry_run;
    order.print = [this](const std::string& line) { printed_.push_back(line); };
    const StopSignals signals;
    return farm::run_pass(settings(), order, signals, log);
}

bool TestFarm::logged(const std::string& part) const {
    for (const auto& line : log_)
        if (line.find(part) != std::string::npos) return true;
    return false;
}

std::string TestFarm::give(int build, const std::string& builder, bool dispatched) {
    sql(fmt::format("INSERT INTO buildqueue (build) VALUES ({}) ON CONFLICT DO NOTHING", build));
    sql(
        fmt::format("UPDATE build SET buildstate = 'BUILDING' WHERE id = {} "
                    "AND buildstate = 'NEEDSBUILD'",
                    build));
    sql(fmt::format(
        "UPDATE buildqueue SET builder = (SELECT id FROM builder WHERE name = '{}'), "
        "buildstart = now() - interval '1 minute', dispatched = {}, attempts = {} "
        "WHERE build = {}",
        builder, dispatched ? "now() - interval '50 s'" : "NULL", dispatched ? 1 : 0, build));
    return value(fmt::format("SELECT build || '-' || id FROM buildqueue WHERE build = {}", build));
}

std::string TestFarm::state(int build) {
    return value(fmt::format("SELECT buildstate FROM build WHERE id = {}", build));
}

std::string TestFarm::notes(const std::string& builder) {
    return value(
        fmt::format("SELECT coalesce(failnotes, '') FROM builder WHERE name = '{}'", builder));
}

// A whole hour is the key of queuehour; the other two tell when a pass looked last.
void TestFarm::let_pass(std::chrono::minutes time) {
    sql(value(fmt::format(R"(
        SELECT string_agg(statement, '; ') FROM (
            SELECT format('UPDATE %I SET %s', table_name, string_agg(
                format('%1$I = %1$I - interval %2$L', column_name, '{} min'), ', ')) AS statement
            FROM information_schema.columns JOIN information_schema.tables
                USING (table_schema, table_name)
            WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
                AND data_type = 'timestamp with time zone'
                AND column_name NOT IN ('hour', 'watched', 'aborting_seen')
            GROUP BY table_name) updates)",
                          time.count())));
}

void TestFarm::connect(const fleet::Fleet& fleet, const std::vector<std::string>& builders) {
    for (const auto& name : builders)
        sql(fmt::format(
            "INSERT INTO builder (processor, name, title, url) VALUES (1, '{0}', '{0}', '{1}') "
            "ON CONFLICT (name) DO UPDATE SET url = excluded.url",
            name, fleet.url(name)));
    sql("DELETE FROM builder WHERE url NOT LIKE 'http://127.0.0.1:%'");
}

ProgramRun run_program(const std::vector<std::string>& arguments,
                       const std::map<std::string, std::string>& environment) {
    std::vector<std::string> words{PROGRAM};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return run_command(words, environment);
}

ProgramRun run_command(const std::vector<std::string>& words,
                       const std::map<std::string, std::string>& environment) {
    net::Command command;
    command.arguments = words;
    for (const auto& [name, value] : environment) command.environment.push_back(name + "=" + value);
    command.max_output = 1 << 20;
    net::Loop loop;
    auto end = loop.run_one(net::run_process(loop, std::move(command)));
    if (!end) throw std::runtime_error(end.error().message);
    return {end->signal != 0 ? 128 + end->signal : end->exit_code, end->output, end->errors};
}

}  // namespace buildd::test
