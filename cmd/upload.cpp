// process-upload: what collect runs for each finished build, and an admin by hand.
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/files.hpp"
#include "base/lock_file.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "farm/uploads.hpp"
#include "upload/take_in.hpp"

namespace buildd::cmd {

namespace {

// true: the master that started us holds this leaf's lock and has handed it down.
bool lock_is_inherited(const std::string& path) {
    const char* variable = std::getenv(farm::lock_fd_variable);
    const auto fd = variable == nullptr ? std::nullopt : parse_int(variable);
    struct stat held {
    }, wanted{};
    return fd && ::fstat(static_cast<int>(*fd), &held) == 0 && ::stat(path.c_str(), &wanted) == 0 &&
           held.st_dev == wanted.st_dev && held.st_ino == wanted.st_ino;
}

// Held until the program ends; nullopt: inherited. Throws Failure(busy).
std::optional<LockFile> take_leaf_lock(const std::string& path, Log& log) {
    log.info("creating lockfile");
    if (lock_is_inherited(path)) return std::nullopt;
    if (auto made = make_folders(parent_of(path)); !made)
        throw Failure(ExitStatus::bad_config, made.error().message);
    auto lock = LockFile::try_acquire(path, "process-upload");
    if (!lock) throw Failure(ExitStatus::bad_config, lock.error().message);
    if (!*lock)
        throw Failure(ExitStatus::busy, fmt::format("Lockfile {} in use by {}", path,
                                                    LockFile::read_holder(path).text()));
    return std::move(*lock);
}

BuildId build_id_of(const Arguments& arguments) {
    const auto id = parse_int(arguments.one("-b,--build"));
    if (!id || *id < 1)
        throw Failure(ExitStatus::usage,
                      fmt::format("-b: '{}' is no build id", arguments.one("-b,--build")));
    return BuildId{*id};
}

UploadOrder order_of(const Arguments& arguments) {
    UploadOrder order{arguments.one("root"), arguments.one("-J,--leaf"), build_id_of(arguments),
                      arguments.one("-d,--distribution"), arguments.one("-s,--suite")};
    if (order.leaf.find('/') != std::string::npos || order.leaf.starts_with('.'))
        throw Failure(ExitStatus::usage, fmt::format("-J: '{}' is no leaf's name", order.leaf));
    while (order.root.size() > 1 && order.root.ends_with('/')) order.root.pop_back();
    return order;
}

// The log that lies with the leaf tells everything, as the seed's did.
void add_leaf_log(Log& log, const std::optional<std::string>& path) {
    if (!path) return;
    auto file = open_file(*path, O_WRONLY | O_CREAT | O_APPEND);
    if (!file) throw Failure(ExitStatus::usage, "--log-file: " + file.error().message);
    log.add_sink(file_sink(std::move(*file), false));
}

ExitStatus status_of(UploadEnd end) {
    switch (end) {
        case UploadEnd::accepted:
        case UploadEnd::done:
            return ExitStatus::done;
        case UploadEnd::rejected:
            return ExitStatus::bad_input;
        case UploadEnd::failed:
            return ExitStatus::needs_person;
    }
    return ExitStatus::internal;
}

ExitStatus process_upload(Context& context, const Arguments& arguments) {
    const UploadOrder order = order_of(arguments);
    Log log(Level::DEBUG);
    add_leaf_log(log, arguments.maybe("--log-file"));
    const std::string lock_path = leaf_lock_path(order.root, order.leaf);
    try {
        const auto lock = take_leaf_lock(lock_path, log);
        log.debug("Initialising connection.");
        const Librarian librarian = context.librarian();
        net::Loop loop;
        const UploadTools tools{loop,
                                context.database(),
                                librarian,
                                log,
                                context.settings().publish_command,
                                context.settings().uploader_timeout};
        const UploadEnd end = loop.run_one(take_in(tools, order));
        log.debug("Rolling back any remaining transactions.");
        log.debug("Removing lock file: {}", lock_path);
        return status_of(end);
    } catch (const std::exception& error) {
        log.error("{}", error.what());
        throw;
    }
}

}  // namespace

std::vector<Command> upload_commands() {
    using Kind = Argument::Kind;
    Command command;
    command.path = {"process-upload"};
    command.help = "Take one leaf of results in, or say why not";
    command.arguments = {
        {"--log-file", Kind::option, "Log everything there", "FILE"},
        {"-d,--distribution", Kind::option, "Distribution", "NAME", true},
        {"-s,--suite", Kind::option, "Series with its pocket's suffix", "SUITE", true},
        {"-b,--build", Kind::option, "Build", "ID", true},
        {"-J,--leaf", Kind::option, "Folder in ROOT/incoming", "LEAF", true},
        {"root", Kind::positional, "The farm's root folder"},
    };
    command.run = process_upload;
    command.tells = Command::Tells::itself;  // the pass that started it has
    return {command};
}

}  // namespace buildd::cmd
