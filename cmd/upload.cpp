// process-upload: what collect runs for each finished build, and an admin by hand.
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include "base/lock_file.hpp"
#include "base/same_file.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "farm/uploads.hpp"
#include "supervise/item_lock.hpp"
#include "upload/reading.hpp"
#include "upload/take_in.hpp"

namespace buildd::cmd {

namespace {

// The descriptor of this leaf's lock that whoever started us has handed down; -1: none.
int inherited_lock(const std::string& path) {
    const char* variable = std::getenv(farm::lock_fd_variable);
    const auto fd = variable == nullptr ? std::nullopt : parse_int(variable);
    const bool is_it = fd && is_at(static_cast<int>(*fd), path);
    return is_it ? static_cast<int>(*fd) : -1;
}

// Held until the program ends. Throws Failure(busy).
LockFile take_leaf_lock(const UploadOrder& order) {
    const std::string path = leaf_lock_path(order.root, order.leaf);
    auto lock =
        supervise::take_item_lock(path, child_folder(order.root, order.leaf), "process-upload");
    if (!lock) throw Failure(ExitStatus::unavailable, lock.error().message);
    if (!*lock)
        throw Failure(ExitStatus::busy, fmt::format("Lockfile {} in use by {}", path,
                                                    LockFile::read_holder(path).text()));
    return std::move(**lock);
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
        case UploadEnd::failed:
            return ExitStatus::bad_input;
        case UploadEnd::given_up:
            return ExitStatus::needs_person;
    }
    return ExitStatus::internal;
}

// Whoever has started us counts the readers that a leaf kills (policy/examination.hpp).
[[noreturn]] void end_like(const ReaderDied& died) {
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    std::signal(died.signal(), SIG_DFL);
    std::raise(died.signal());
    throw died;  // it was one that ends nothing
}

ExitStatus process_upload(Context& context, const Arguments& arguments) {
    const UploadOrder order = order_of(arguments);
    Log log(Level::DEBUG);
    add_leaf_log(log, arguments.maybe("--log-file"));
    const std::string lock_path = leaf_lock_path(order.root, order.leaf);
    try {
        log.info("creating lockfile");
        std::optional<LockFile> lock;
        const int inherited = inherited_lock(lock_path);
        if (inherited < 0) lock = take_leaf_lock(order);
        log.debug("Initialising connection.");
        const Librarian librarian = context.librarian();
        net::Loop loop;
        const UploadTools tools{loop,
                                context.database(),
                                librarian,
                                log,
                                context.settings().publish_command,
                                context.settings().uploader_timeout,
                                lock ? lock->fd() : inherited};
        const UploadEnd end = loop.run_one(take_in(tools, order));
        log.debug("Rolling back any remaining transactions.");
        log.debug("Removing lock file: {}", lock_path);
        return status_of(end);
    } catch (const ReaderDied& died) {
        log.error("{}", died.what());
        end_like(died);
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
