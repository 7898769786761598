// process-upload: what collect runs for each finished build, and an admin by hand.
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include "base/access.hpp"
#include "base/files.hpp"
#include "base/lock_file.hpp"
#include "base/same_file.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "farm/uploads.hpp"
#include "problem.hpp"
#include "show.hpp"
#include "supervise/item_lock.hpp"
#include "upload/reading.hpp"
#include "upload/take_in.hpp"
#include "upload/told_ends.hpp"

namespace buildd::cmd {

namespace {

constexpr std::chrono::seconds time_for_several{2};

// The descriptor of this leaf's lock that whoever started us has handed down; -1: none.
int inherited_lock(const std::string& path) {
    const char* variable = std::getenv(farm::lock_fds_variable);
    for (const auto& text : split(variable == nullptr ? "" : variable, ',')) {
        const auto fd = parse_int(text);
        if (fd && is_at(static_cast<int>(*fd), path)) return static_cast<int>(*fd);
    }
    return -1;
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

BuildId build_id_of(const std::string& text) {
    const auto id = parse_int(text);
    if (!id || *id < 1)
        throw Failure(ExitStatus::usage, fmt::format("-b: '{}' is no build id", text));
    return BuildId{*id};
}

struct LeafOrder {
    UploadOrder upload;
    std::optional<std::string> log_file;
};

// Those that an option was given, one for each leaf.
std::vector<std::string> for_each_leaf(const Arguments& arguments, const char* option) {
    auto values = arguments.all(option);
    if (values.size() != arguments.all("-J,--leaf").size())
        throw Failure(ExitStatus::usage,
                      fmt::format("{}: each leaf has options of its own", option));
    return values;
}

std::vector<LeafOrder> orders_of(const Arguments& arguments) {
    std::string root = arguments.one("root");
    while (root.size() > 1 && root.ends_with('/')) root.pop_back();
    const auto distributions = for_each_leaf(arguments, "-d,--distribution");
    const auto suites = for_each_leaf(arguments, "-s,--suite");
    const auto builds = for_each_leaf(arguments, "-b,--build");
    const auto leaves = arguments.all("-J,--leaf");
    std::vector<std::string> logs;
    if (arguments.has("--log-file")) logs = for_each_leaf(arguments, "--log-file");
    std::vector<LeafOrder> orders;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        if (leaves[i].find_first_of("/ ") != std::string::npos || leaves[i].starts_with('.'))
            throw Failure(ExitStatus::usage, fmt::format("-J: '{}' is no leaf's name", leaves[i]));
        LeafOrder& order = orders.emplace_back();
        order.upload = {root, leaves[i], build_id_of(builds[i]), distributions[i], suites[i]};
        if (!logs.empty()) order.log_file = logs[i];
    }
    return orders;
}

// The log that lies with the leaf tells everything, as the seed's did.
void add_leaf_log(Log& log, const std::optional<std::string>& path) {
    if (!path) return;
    const auto leaf_is_closed = has_access(parent_of(*path), {true});
    const Access access{leaf_is_closed && *leaf_is_closed};
    auto file = open_file(*path, O_WRONLY | O_CREAT | O_APPEND, access.file_mode());
    if (!file) throw Failure(ExitStatus::usage, "--log-file: " + file.error().message);
    log.add_sink(file_sink(std::move(*file), false));
}

ExitStatus status_of(UploadEnd end) {
    switch (end) {
        case UploadEnd::accepted:
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

UploadEnd take_one_in(Context& context, const LeafOrder& order) {
    Log log(Level::DEBUG);
    add_leaf_log(log, order.log_file);
    const std::string lock_path = leaf_lock_path(order.upload.root, order.upload.leaf);
    try {
        log.info("creating lockfile");
        std::optional<LockFile> lock;
        const int inherited = inherited_lock(lock_path);
        if (inherited < 0) lock = take_leaf_lock(order.upload);
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
        const UploadEnd end = loop.run_one(take_in(tools, order.upload));
        log.debug("Rolling back any remaining transactions.");
        log.debug("Removing lock file: {}", lock_path);
        return end;
    } catch (const std::exception& error) {
        log.error("{}", error.what());
        throw;
    }
}

ToldEnd end_of_one(Context& context, const LeafOrder& order) {
    ToldEnd end;
    try {
        end.exit_code = static_cast<int>(status_of(take_one_in(context, order)));
    } catch (const ReaderDied& died) {
        end.signal = died.signal();
        end.sentence = died.what();
    } catch (const db::Lost&) {  // the next would meet with nothing else
        throw;
    } catch (const std::exception&) {
        const Problem problem = current_problem();
        end.exit_code = static_cast<int>(problem.status);
        end.sentence = mask_passwords(problem.sentence);
    }
    return end;
}

void tell(const std::string& line) {
    fmt::print("{}", line);
    flush_output();
}

// Leaves that share a child share its deadline: none is begun late. What was not begun is given
// again. The status is no verdict on any of them, though what was told may be lost.
ExitStatus take_several_in(Context& context, const std::vector<LeafOrder>& orders) {
    const auto start = std::chrono::steady_clock::now();
    for (const auto& order : orders) {
        if (std::chrono::steady_clock::now() - start > time_for_several) break;
        tell(begin_line(order.upload.leaf));
        try {
            tell(end_line(order.upload.leaf, end_of_one(context, order)));
        } catch (const db::Lost& lost) {
            tell(end_line(order.upload.leaf,
                          {static_cast<int>(lost.status()), 0, mask_passwords(lost.what())}));
            throw;
        }
    }
    return ExitStatus::busy;
}

ExitStatus process_upload(Context& context, const Arguments& arguments) {
    const auto orders = orders_of(arguments);
    if (orders.size() > 1) return take_several_in(context, orders);
    try {
        return status_of(take_one_in(context, orders.front()));
    } catch (const ReaderDied& died) {
        end_like(died);
    }
}

}  // namespace

std::vector<Command> upload_commands() {
    using Kind = Argument::Kind;
    Command command;
    command.path = {"process-upload"};
    command.help = "Take leaves of results in, or say why not";
    command.arguments = {
        {"--log-file", Kind::repeated_option, "Log everything there", "FILE"},
        {"-d,--distribution", Kind::repeated_option, "Distribution", "NAME", true},
        {"-s,--suite", Kind::repeated_option, "Suite of its pocket in its archive", "SUITE", true},
        {"-b,--build", Kind::repeated_option, "Build", "ID", true},
        {"-J,--leaf", Kind::repeated_option, "Folder in ROOT/incoming", "LEAF", true},
        {"root", Kind::positional, "The farm's root folder"},
    };
    command.run = process_upload;
    command.tells = Command::Tells::itself;  // the pass that started it has
    return {command};
}

}  // namespace buildd::cmd
