#include "command.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "base/text.hpp"
#include "db/passes.hpp"
#include "db/schema.hpp"
#include "farm/folders.hpp"
#include "farm/held_rows.hpp"
#include "farm/settings_check.hpp"
#include "policy/names.hpp"

namespace buildd::cmd {

const Argument dry_run_flag{"-n,--dry-run", Argument::Kind::flag,
                            "Say what would be done and change nothing"};

Argument required(Argument option) {
    option.required = true;
    return option;
}

Context::Context(LoadedSettings loaded, Log& log, bool dry_run, const std::string& command,
                 std::string person)
    : loaded_(std::move(loaded)),
      log_(log),
      application_("buildd-master " + command),
      person_(std::move(person)),
      dry_run_(dry_run) {}

Context::~Context() = default;

const StopSignals& Context::stop_signals() {
    if (!signals_) signals_.emplace();
    return *signals_;
}

db::Database& Context::raw_database() {
    if (database_) return *database_;
    database_ = std::make_unique<db::Database>(settings().database, signals_ ? &*signals_ : nullptr,
                                               application_);
    if (dry_run_) database_->rehearse();
    return *database_;
}

db::Database& Context::database() {
    db::Database& database = raw_database();
    if (!std::exchange(session_open_, true)) farm_uuid_ = db::open_session(database);
    return database;
}

void Context::tell_problems() {
    farm::say_problems(loaded_.problems, log_, [this](const db::Notice& notice) {
        return db::notice_due(database(), notice);
    });
}

void Context::name_table_lock() {
    if (database_ && !dry_run_) farm::end_if_table_is_locked(*database_);
}

void Context::open_folders() {
    database();
    farm::open_folders(settings(), farm_uuid_, dry_run_);
}

Librarian Context::librarian() {
    open_folders();
    return farm::librarian_of(settings());
}

std::optional<std::string> Arguments::maybe(const std::string& name) const {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second.front();
}

std::vector<std::string> Arguments::all(const std::string& name) const {
    const auto found = values.find(name);
    return found == values.end() ? std::vector<std::string>() : found->second;
}

std::vector<Command> all_commands() {
    std::vector<Command> all;
    for (const auto& family :
         {pass_commands(), queue_commands(), status_commands(), builder_commands(), need_commands(),
          build_commands(), build_edit_commands(), setup_commands(), archive_commands(),
          source_commands(), upload_commands(), database_commands(), config_commands()})
        all.insert(all.end(), family.begin(), family.end());
    return all;
}

std::vector<std::string> split_name(const std::string& text, std::size_t count,
                                    const std::string& form) {
    auto parts = split(text, '/');
    const bool filled =
        std::none_of(parts.begin(), parts.end(), [](const auto& part) { return part.empty(); });
    if (parts.size() != count || !filled)
        throw Failure(ExitStatus::usage,
                      fmt::format("'{}' is not of the form {}", one_line(text), form));
    return parts;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

void throw_bad_label(const std::string& text, const std::string& what,
                     const std::vector<std::string>& known) {
    throw Failure(ExitStatus::usage, fmt::format("'{}' is no {}: it is one of {}", one_line(text),
                                                 what, join(known, ", ")));
}

std::optional<bool> yes_or_no(const Arguments& arguments, const std::string& option) {
    const auto text = arguments.maybe(option);
    if (!text) return std::nullopt;
    const auto value = parse_bool(*text);
    if (!value) throw Failure(ExitStatus::usage, option + ": " + value.error().message);
    return *value;
}

const Argument max_running_option{"--max-running", Argument::Kind::option,
                                  "Jobs that run at once at most: a number, or none", "N"};

std::optional<std::string> max_running_of(const Arguments& arguments) {
    const auto text = arguments.maybe("--max-running");
    if (!text || *text == "none") return text ? std::optional<std::string>("") : std::nullopt;
    const auto number = parse_int(*text);
    if (!number || *number < 1 || *number > 1'000'000)
        throw Failure(ExitStatus::usage,
                      fmt::format("--max-running: '{}' is neither 'none' nor a number from 1 to "
                                  "1000000",
                                  one_line(*text)));
    return std::to_string(*number);
}

const std::string& checked_name(const std::string& name, const std::string& what) {
    if (const auto checked = policy::check_farm_name(name); !checked)
        throw Failure(ExitStatus::usage,
                      fmt::format("'{}' cannot be the name of a {}: {}", one_line(name), what,
                                  checked.error().message));
    return name;
}

const std::string& checked_glob(const std::string& glob, const std::string& what) {
    if (glob.empty() || glob.find_first_of(" \t\r\n,") != glob.npos || has_control(glob))
        throw Failure(ExitStatus::usage,
                      fmt::format("{}: '{}' is not one word, in which * is any text and ? any "
                                  "character",
                                  what, one_line(glob)));
    return glob;
}

}  // namespace buildd::cmd
