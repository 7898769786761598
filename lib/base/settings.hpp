// Every setting of the program, with where its value came from (buildd-master.conf(5)).
//
// Falling order: command-line option, environment (BUILDD_MASTER_<KEY>), file, default. Read once,
// at the start; constant afterwards, so that any thread may read them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/build_timeouts.hpp"
#include "base/log.hpp"
#include "base/result.hpp"

namespace buildd {

// Sizes in bytes. Command settings are argument lists; empty means "not set".
struct Settings {
    std::string database;
    std::string root;
    std::string lockfile;        // empty in the file: <root>/pass.lock; never empty once loaded
    std::string librarian_root;  // empty in the file: <root>/librarian; never empty once loaded
    std::string librarian_url;
    std::string librarian_restricted_url;
    std::string librarian_user, librarian_password;  // no longer used
    std::string restricted_group;
    std::vector<std::string> uploader;
    std::chrono::seconds uploader_timeout{};
    std::int64_t upload_jobs{};
    std::int64_t reset_jobs{};
    std::vector<std::string> publish_command;
    std::chrono::seconds socket_timeout{};
    std::chrono::seconds transfer_timeout{};
    std::chrono::seconds pass_timeout{};
    std::chrono::seconds start_timeout{};
    std::chrono::seconds smtp_timeout{};
    std::int64_t max_connections{};
    std::uint64_t max_file_size{};
    std::uint64_t max_result_size{};
    std::uint64_t max_log_size{};
    bool send_build_notification{};
    bool notify_owner{};
    std::string default_sender_name;
    std::string default_sender_address;
    std::string buildd_admins;
    std::string smtp_url;
    bool smtp_tls = false;  // required
    std::vector<std::string> vm_resume_command;
    std::chrono::seconds vm_resume_timeout{};
    bool untrusted_without_reset{};
    std::int64_t builder_failure_threshold{};
    std::int64_t job_failure_threshold{};
    std::int64_t score_per_hour{};
    std::chrono::seconds job_contact_timeout{};
    std::chrono::seconds job_stall_timeout{};
    BuildTimeouts build_timeout;
    std::chrono::seconds abort_timeout{};
    Level depwait_level = Level::CRITICAL;
    bool build_security{};
    std::chrono::seconds keep_accepted{};
    std::chrono::seconds keep_failed{};
    std::string build_url;
    std::string retry_patterns;
    std::string metrics_file;
};

// One row of the table of settings.
struct SettingSpec {
    std::string key;
    std::string fallback;  // the default, as it would stand in the file
    std::string help;
    std::function<Result<void>(Settings&, const std::string&)> set;
};

const std::vector<SettingSpec>& setting_specs();

// A value and where it stands: "default", "environment", "option" or "FILE, line N".
struct SettingValue {
    std::string text;
    std::string origin;
};

using SettingTexts = std::map<std::string, SettingValue>;  // by key

// Reads `key = value` lines; the value is the rest of the line. The error names `file` and line.
Result<SettingTexts> parse_settings(std::string_view text, const std::string& file);

// Where a value stands, as a person looks for it: "FILE, line N", "option --KEY", a variable's
// name.
std::string place_of(const std::string& key, const SettingValue& value);

// What is wrong with a value that could be read (found by farm::check_settings).
struct SettingProblem {
    enum class Stops {
        nothing,     // it works for now
        its_own,     // what the setting serves is left undone, everything else goes on
        everything,  // nothing may run
    };
    std::string key, where, sentence;
    Stops stops = Stops::its_own;

    std::string text() const;  // "WHERE: KEY: SENTENCE"
};

struct LoadedSettings {
    Settings settings;
    SettingTexts texts;                    // every key
    std::vector<SettingProblem> problems;  // empty until somebody has checked

    // Why what this setting serves must be left undone; nullptr: it need not.
    const SettingProblem* stopped(const std::string& key) const;
};

// `options`: values given on the command line. `environment`: looks a variable up.
// `file`: an explicit path, or nullopt for /etc/buildd-master.conf if it exists.
// Throws Failure(bad_config) with key, file and line. What it answers can be parsed, each value by
// itself; whether it works is farm::check_settings's to say.
LoadedSettings load_settings(
    const std::map<std::string, std::string>& options,
    const std::function<std::optional<std::string>(const std::string&)>& environment,
    const std::optional<std::string>& file);

// NAME=value for each key that is not at its default: how an uploader gets the settings. Without
// the passwords that are not for it.
std::vector<std::string> settings_environment(const SettingTexts& texts);
// Variables with passwords, for children not to inherit: an uploader needs the database's, other
// programs none.
std::vector<std::string> secrets_kept_from_uploaders();
std::vector<std::string> secrets_kept_from_others();

std::string environment_name(std::string_view key);  // BUILDD_MASTER_<KEY>

// The value as it may be shown to anyone (for `database` see db::shown_conninfo).
std::string masked_setting(const std::string& key, const std::string& text);

}  // namespace buildd
