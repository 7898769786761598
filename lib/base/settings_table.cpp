#include <fmt/format.h>

#include "base/lock_file.hpp"
#include "base/log.hpp"
#include "base/settings.hpp"
#include "base/text.hpp"

namespace buildd {

namespace {

template <class T>
Result<void> take(T& field, Result<T> parsed) {
    if (!parsed) return parsed.error();
    field = std::move(*parsed);
    return {};
}

Result<std::int64_t> parse_count(const std::string& text) {
    const auto value = parse_int(text);
    if (!value || *value < 1 || *value > 1'000'000)
        return Error{fmt::format("'{}' is not a whole number from 1 to 1000000", text)};
    return *value;
}

Result<void> set_url(std::string& field, const std::string& text) {
    const bool ok = text.empty() || text.starts_with("http://") || text.starts_with("https://");
    if (!ok) return Error{"a URL begins with http:// or https://"};
    field = text;
    while (field.ends_with('/')) field.pop_back();
    return {};
}

using Setter = std::function<Result<void>(Settings&, const std::string&)>;

Setter text(std::string Settings::*field) {
    return [field](Settings& s, const std::string& value) -> Result<void> {
        s.*field = value;
        return {};
    };
}
Setter folder(std::string Settings::*field) {
    return [field](Settings& s, const std::string& value) -> Result<void> {
        if (!value.empty() && !value.starts_with('/')) return Error{"a path begins with /"};
        s.*field = value;
        return {};
    };
}
Setter url(std::string Settings::*field) {
    return [field](Settings& s, const std::string& value) { return set_url(s.*field, value); };
}
Setter command(std::vector<std::string> Settings::*field) {
    return [field](Settings& s, const std::string& v) { return take(s.*field, split_command(v)); };
}
Setter duration(std::chrono::seconds Settings::*field) {
    return [field](Settings& s, const std::string& v) { return take(s.*field, parse_duration(v)); };
}
// A deadline: nothing is ever done in no time, and to libcurl it means none.
Setter deadline(std::chrono::seconds Settings::*field) {
    return [field](Settings& s, const std::string& v) -> Result<void> {
        auto taken = take(s.*field, parse_duration(v));
        if (taken && (s.*field).count() == 0) return Error{"nothing can be done within 0 s"};
        return taken;
    };
}
Result<void> build_timeouts(Settings& settings, const std::string& text) {
    return take(settings.build_timeout, parse_build_timeouts(text));
}
Setter level(Level Settings::*field) {
    return [field](Settings& s, const std::string& value) -> Result<void> {
        for (const Level one :
             {Level::DEBUG, Level::INFO, Level::WARNING, Level::ERROR, Level::CRITICAL})
            if (lower(value) == lower(level_name(one))) {
                s.*field = one;
                return {};
            }
        return Error{fmt::format("'{}' is none of DEBUG, INFO, WARNING, ERROR, CRITICAL", value)};
    };
}
Setter size(std::uint64_t Settings::*field) {
    return [field](Settings& s, const std::string& v) { return take(s.*field, parse_size(v)); };
}
Setter count(std::int64_t Settings::*field) {
    return [field](Settings& s, const std::string& v) { return take(s.*field, parse_count(v)); };
}
Setter flag(bool Settings::*field) {
    return [field](Settings& s, const std::string& v) { return take(s.*field, parse_bool(v)); };
}
Result<void> smtp_tls(Settings& settings, const std::string& text) {
    if (text != "off" && text != "require")
        return Error{fmt::format("'{}' is neither off nor require", text)};
    settings.smtp_tls = text == "require";
    return {};
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table, a line or two for each setting
const std::vector<SettingSpec>& setting_specs() {
    using S = Settings;
    static const std::vector<SettingSpec> specs{
        {"database", "", "PostgreSQL URI or conninfo; empty: libpq's own defaults",
         text(&S::database)},
        {"root", "/var/lib/buildd-master", "folder of results on their way", folder(&S::root)},
        {"lockfile", "", "one pass at a time on a host; empty: <root>/pass.lock",
         folder(&S::lockfile)},
        {"librarian_root", "", "file store; empty: <root>/librarian", folder(&S::librarian_root)},
        {"librarian_url", "", "where a web server serves librarian_root", url(&S::librarian_url)},
        {"librarian_restricted_url", "",
         "where restricted files are served to who has a URL of the farm",
         url(&S::librarian_restricted_url)},
        {"restricted_group", "", "the web server's group, which reads restricted files too",
         text(&S::restricted_group)},
        {"librarian_user", "", "no longer used", text(&S::librarian_user)},
        {"librarian_password", "", "no longer used", text(&S::librarian_password)},
        {"uploader", "", "command that takes a leaf in; empty: this program's process-upload",
         command(&S::uploader)},
        {"uploader_timeout", "600 s", "an uploader still running then is killed",
         deadline(&S::uploader_timeout)},
        {"upload_jobs", "2", "uploaders at a time", count(&S::upload_jobs)},
        {"reset_jobs", "32", "resets of hosts at a time", count(&S::reset_jobs)},
        {"publish_command", "",
         "run for each accepted leaf: %(changes)s %(leaf)s %(archive)s %(suite)s %(distro)s",
         command(&S::publish_command)},
        {"socket_timeout", "30 s", "deadline of one call to a builder",
         deadline(&S::socket_timeout)},
        {"transfer_timeout", "1800 s", "fetching a job's results and log takes no longer",
         deadline(&S::transfer_timeout)},
        {"pass_timeout", "50 s", "a pass leaves what is unfinished then to the next",
         deadline(&S::pass_timeout)},
        {"start_timeout", "600 s", "a claimed job is started by then, or given back",
         deadline(&S::start_timeout)},
        {"smtp_timeout", "30 s", "deadline of one mail", deadline(&S::smtp_timeout)},
        {"max_connections", "1000", "connections at once, within the limit on open files",
         count(&S::max_connections)},
        {"max_file_size", "4 GiB", "largest result file", size(&S::max_file_size)},
        {"max_result_size", "16 GiB", "largest result of a job", size(&S::max_result_size)},
        {"max_log_size", "1 GiB", "build logs are cut there", size(&S::max_log_size)},
        {"send_build_notification", "true", "send mail at all", flag(&S::send_build_notification)},
        {"notify_owner", "true", "send mail to the source's creator", flag(&S::notify_owner)},
        {"default_sender_name", "Buildd Master", "name in From:", text(&S::default_sender_name)},
        {"default_sender_address", "buildd-master@" + host_name(),
         "address in From:", text(&S::default_sender_address)},
        {"buildd_admins", "buildd-admins", "person or team told of failed trusted builds",
         text(&S::buildd_admins)},
        {"smtp_url", "smtp://localhost:25", "mail server", text(&S::smtp_url)},
        {"smtp_tls", "off", "require: mails go out over STARTTLS or not at all", smtp_tls},
        {"vm_resume_command", "", "resets an untrusted builder's host: %(vm_host)s",
         command(&S::vm_resume_command)},
        {"vm_resume_timeout", "180 s", "a reset builder answers by then",
         deadline(&S::vm_resume_timeout)},
        {"untrusted_without_reset", "false", "untrusted jobs on builders that are never reset",
         flag(&S::untrusted_without_reset)},
        {"builder_failure_threshold", "5", "counted failures until a quarantine",
         count(&S::builder_failure_threshold)},
        {"job_failure_threshold", "3", "failures until a build is given up by few builders",
         count(&S::job_failure_threshold)},
        {"score_per_hour", "100", "points that a job's score grows by with each hour it waits",
         count(&S::score_per_hour)},
        {"job_contact_timeout", "600 s", "silence until a running job is given up",
         deadline(&S::job_contact_timeout)},
        {"job_stall_timeout", "12 h", "an unchanged log tail until a job is given up",
         deadline(&S::job_stall_timeout)},
        {"build_timeout", "7 d",
         "a build that runs longer, and longer than five good ones, is aborted: 7 d, SOURCE 14 d, "
         "SOURCE/ARCH 30 d",
         build_timeouts},
        {"abort_timeout", "180 s", "time a builder has to abort", deadline(&S::abort_timeout)},
        {"depwait_level", "CRITICAL", "how loudly it is told that a build waits for packages",
         level(&S::depwait_level)},
        {"build_security", "false", "dispatch builds for the SECURITY pocket",
         flag(&S::build_security)},
        {"keep_accepted", "1 d", "accepted leaves are removed then", duration(&S::keep_accepted)},
        {"keep_failed", "30 d", "failed leaves are removed then", duration(&S::keep_failed)},
        {"retry_patterns", "", "file of patterns: a package whose log has one is tried again",
         folder(&S::retry_patterns)},
        {"build_url", "", "prefix of the link put in front of a log", url(&S::build_url)},
        {"metrics_file", "", "Prometheus text written at the end of each pass",
         folder(&S::metrics_file)},
    };
    return specs;
}

}  // namespace buildd
