// A command of the program as a plain table row: cli.cpp turns it into CLI11's terms, so that the
// command families need not know CLI11.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/failure.hpp"
#include "base/log.hpp"
#include "base/settings.hpp"
#include "base/stop_signals.hpp"
#include "db/database.hpp"
#include "librarian/librarian.hpp"

namespace buildd::cmd {

// What every command has at hand. The database is opened when first asked for; in a dry run nothing
// that is done there lasts (db::Database::rehearse).
class Context {
 public:
    // `command` as the user typed it, for the server's list of sessions; `person`: who did so.
    Context(LoadedSettings loaded, Log& log, bool dry_run, const std::string& command,
            std::string person);
    ~Context();

    // Says once an hour what is wrong with the settings.
    void tell_problems();

    const LoadedSettings& loaded() const { return loaded_; }
    const Settings& settings() const { return loaded_.settings; }
    Log& log() { return log_; }
    const std::string& person() const { return person_; }
    bool dry_run() const { return dry_run_; }
    bool rehearsed() const { return dry_run_ && database_ != nullptr; }

    // SIGTERM and SIGINT from now on end waiting, and before the database is opened, its too.
    const StopSignals& stop_signals();
    // Connected, schema checked. Throws Failure.
    db::Database& database();
    // Connected; the schema may be missing or of any version.
    db::Database& raw_database();
    // After a statement that had to wait for a lock for too long: throws Failure(busy), naming the
    // holder, when it was one on a whole table.
    void name_table_lock();
    // Farm folders opened and checked against the database.
    void open_folders();
    Librarian librarian();

 private:
    LoadedSettings loaded_;
    Log& log_;
    std::string application_, person_;
    std::optional<StopSignals> signals_;
    std::unique_ptr<db::Database> database_;
    bool dry_run_;
    bool session_open_ = false;
    std::string farm_uuid_;
};

// The values of one call, by the names of the arguments.
class Arguments {
 public:
    std::map<std::string, std::vector<std::string>> values;

    bool has(const std::string& name) const { return values.contains(name); }
    const std::string& one(const std::string& name) const { return values.at(name).front(); }
    std::optional<std::string> maybe(const std::string& name) const;
    std::vector<std::string> all(const std::string& name) const;
};

struct Argument {
    enum class Kind { positional, repeated_positional, option, repeated_option, flag };
    std::string name;  // positional: its name; option: "--pocket" or "-d"
    Kind kind = Kind::positional;
    std::string help;
    std::string value_name = {};  // of an option: "POCKET"
    bool required = false;        // of an option
    bool optional = false;        // of a positional
};
Argument required(Argument option);  // the same option, which must be given

// For every command that writes: it then does what it would do, prints it, and nothing of it lasts
// (spec: behaviour §2.8).
extern const Argument dry_run_flag;

struct Command {
    std::vector<std::string> path;  // {"builder", "add"}
    std::string help;
    std::vector<Argument> arguments;
    std::function<ExitStatus(Context&, const Arguments&)> run;
    // Who tells what is wrong with the settings (farm::check_values): main does before each run;
    // what cron may start does it itself, loudly once an hour.
    enum class Tells { each_time, itself } tells = Tells::each_time;
};

// Each command family's rows.
std::vector<Command> pass_commands();
std::vector<Command> upload_commands();
std::vector<Command> setup_commands();
std::vector<Command> archive_commands();
std::vector<Command> builder_commands();
std::vector<Command> need_commands();
std::vector<Command> build_commands();
std::vector<Command> build_edit_commands();
std::vector<Command> queue_commands();
std::vector<Command> source_commands();
std::vector<Command> database_commands();
std::vector<Command> config_commands();
std::vector<Command> status_commands();

std::vector<Command> all_commands();

// Parts of a name like DISTRO/SERIES/TAG; throws Failure(usage) unless there are `count`.
std::vector<std::string> split_name(const std::string& text, std::size_t count,
                                    const std::string& form);

// The label of an enumeration, in any case; throws Failure(usage) naming the possible ones.
template <class E>
E parse_label(const std::string& text, const std::string& what);

[[noreturn]] void throw_bad_label(const std::string& text, const std::string& what,
                                  const std::vector<std::string>& known);
std::string upper(std::string text);

template <class E>
E parse_label(const std::string& text, const std::string& what) {
    if (const auto value = from_label<E>(upper(text))) return *value;
    throw_bad_label(text, what, {LabelsOf<E>::names.begin(), LabelsOf<E>::names.end()});
}

// The value of an option that is yes or no; throws Failure(usage).
std::optional<bool> yes_or_no(const Arguments& arguments, const std::string& option);

// The value of --max-running: "" for none, i.e. no limit; throws Failure(usage).
extern const Argument max_running_option;
std::optional<std::string> max_running_of(const Arguments& arguments);

// A name that may stand in the database; throws Failure(usage).
const std::string& checked_name(const std::string& name, const std::string& what);
// A glob of names, as policy/glob.hpp has it; throws Failure(usage).
const std::string& checked_glob(const std::string& glob, const std::string& what);

}  // namespace buildd::cmd
