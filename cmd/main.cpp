// The program: parse, load settings, call, and turn every end into a documented exit status.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "base/progress_line.hpp"
#include "base/run_as.hpp"
#include "base/text.hpp"
#include "base/umask.hpp"
#include "cli.hpp"
#include "farm/settings_check.hpp"
#include "problem.hpp"
#include "show.hpp"
#include "supervise/supervisor.hpp"
#include "upload/take_in.hpp"

namespace buildd::cmd {

namespace {

std::optional<std::string> environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
}

// systemd says "<device>:<inode>" of the stream it gave us (systemd.exec(5)); a shell further down
// may have another.
bool stderr_is_the_journal() {
    struct stat info {};
    const auto stream = environment("JOURNAL_STREAM");
    return stream && ::fstat(STDERR_FILENO, &info) == 0 &&
           *stream == fmt::format("{}:{}", info.st_dev, info.st_ino);
}

// It names builds of private archives: older versions let everybody read it.
Result<Fd> open_log(const std::string& path) {
    auto file = open_file(path, O_WRONLY | O_CREAT | O_APPEND, 0640);
    struct stat info {};
    if (!file || ::fstat(file->get(), &info) != 0 || !S_ISREG(info.st_mode)) return file;
    if (info.st_uid == ::geteuid() && (info.st_mode & 07777U) == 0644 &&
        ::fchmod(file->get(), 0640) != 0)
        return system_error("cannot set the permissions of", path);
    return file;
}

void add_sinks(Log& log, const Invocation& invocation) {
    if (::isatty(STDERR_FILENO) == 1)
        log_to_terminal(log);
    else
        log.add_sink(stderr_sink(stderr_is_the_journal()));
    if (!invocation.log_file) return;
    auto file = open_log(*invocation.log_file);
    if (!file) throw Failure(ExitStatus::usage, "--log-file: " + file.error().message);
    log.add_sink(file_sink(std::move(*file), true));
}

// `buildd-master supervise …`: no command for people and none of the table. It takes no settings,
// so that wrong ones never keep a child from being looked after.
int supervise(int argc, char** argv) {
    const auto order = supervise::from_words({argv + 2, argv + argc});
    if (order.program.empty())
        throw Failure(ExitStatus::usage, "supervise: only the program itself calls this");
    return supervise::supervise(order);
}

// Read as whoever called us, who may be the only one who can; then root steps down.
LoadedSettings settings_of(const Invocation& invocation) {
    LoadedSettings loaded = load_settings(invocation.settings, environment, invocation.config_file);
    const std::string& root = loaded.settings.root;
    if (auto changed = become_owner_of(root); !changed)
        throw Failure(ExitStatus::bad_config, "root: " + changed.error().message);
    // For us and all our children: /tmp may be full, read-only or tidied up.
    ::setenv("TMPDIR", (root + "/" + tmp_folder).c_str(), 1);
    loaded.problems = farm::check_values(loaded);
    return loaded;
}

void tell_problems(const Command& command, const LoadedSettings& loaded, Log& log) {
    if (command.tells == Command::Tells::itself) return;
    for (const auto& problem : loaded.problems) log.warning("{}", problem.text());
}

ExitStatus run(Context& context, const Invocation& invocation) {
    try {
        return invocation.command->run(context, invocation.arguments);
    } catch (const db::StatementError& error) {
        if (error.is_busy()) context.name_table_lock();
        if (invocation.command->tells == Command::Tells::itself || !error.is_about_values()) throw;
        throw Failure(ExitStatus::usage, fmt::format("a value cannot be taken: {}", error.what()));
    }
}

int run(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "supervise") return supervise(argc, argv);
    const std::vector<Command> commands = all_commands();
    const auto invocation = parse_command_line(argc, argv, commands);
    if (!invocation) return 0;
    const std::string person = acting_person();
    LoadedSettings loaded = settings_of(*invocation);
    Log log(invocation->level);
    add_sinks(log, *invocation);
    tell_problems(*invocation->command, loaded, log);
    const bool dry_run = invocation->arguments.has(dry_run_flag.name);
    Context context(std::move(loaded), log, dry_run, join(invocation->command->path, " "), person);
    const ExitStatus status = run(context, *invocation);
    if (context.rehearsed()) fmt::print("dry run: nothing was changed\n");
    flush_output();  // a part of an answer must not pass for the whole
    return static_cast<int>(status);
}

int complain(const Problem& problem) {
    fmt::print(stderr, "buildd-master: {}\n", mask_passwords(one_line(problem.sentence)));
    return static_cast<int>(problem.status);
}

// Call this where something is being handled.
int complain_of_current() {
    try {
        throw;
    } catch (const Interrupted& stop) {
        return 128 + stop.signal();
    } catch (const std::system_error& error) {
        // We ignore SIGPIPE, but a reader who has had enough is no error, as with other programs.
        if (error.code() == std::errc::broken_pipe) return 128 + SIGPIPE;
        return complain(current_problem());
    } catch (const std::exception&) {
        return complain(current_problem());
    }
}

}  // namespace

}  // namespace buildd::cmd

int main(int argc, char** argv) {
    using namespace buildd;
    std::signal(SIGPIPE, SIG_IGN);
    set_umask();
    try {
        return cmd::run(argc, argv);
    } catch (...) {
        return cmd::complain_of_current();
    }
}
