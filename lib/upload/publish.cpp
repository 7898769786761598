#include "upload/publish.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/files.hpp"
#include "base/settings.hpp"
#include "base/text.hpp"
#include "net/process.hpp"
#include "policy/examination.hpp"
#include "supervise/supervise.hpp"
#include "upload/take_in.hpp"
#include "upload/tries.hpp"

namespace buildd {

namespace {

using std::chrono::system_clock;

// Throws when an earlier one cannot be ended, or still runs.
void end_earlier(const std::string& folder) {
    const auto left = supervise::inspect(folder);
    if (!left) throw Failure(ExitStatus::unavailable, "publish_command: " + left.error().message);
    if (left->state == supervise::Left::State::running)
        throw Failure(ExitStatus::busy, "publish_command: an earlier one still runs");
    if (left->state != supervise::Left::State::orphan) return;
    if (auto ended = supervise::end_orphan(folder); !ended)
        throw Failure(ExitStatus::unavailable, "publish_command: " + ended.error().message);
}

supervise::ChildOrder child_order(const PublishOrder& order, const std::string& folder) {
    auto arguments = net::substitute(order.command, order.values);
    if (!arguments)
        throw Failure(ExitStatus::bad_config, "publish_command: " + arguments.error().message);
    supervise::ChildOrder child;
    child.folder = folder;
    child.command.arguments = std::move(*arguments);
    child.command.timeout = order.timeout;
    child.temporary = temporary_folder(order.root, order.leaf + publish_suffix);
    if (order.lock_fd >= 0) child.held_fds.push_back(order.lock_fd);
    return child;
}

void log_output(Log& log, const std::string& output) {
    for (const auto& line : split(output, '\n'))
        if (!trim(line).empty()) log.debug("publish_command: {}", line);
}

// A child does not run before its record is durable.
bool has_started(const std::string& folder) {
    using State = supervise::Left::State;
    const auto left = supervise::inspect(folder);
    const bool none = left && left->state == State::nothing;
    const bool in_vain = left && left->state == State::ended && !left->end;
    return !none && !in_vain;
}

// Where the try cannot be noted, the next is as if it were the first.
PublishEnd came_to_nothing(Log& log, const std::string& folder, bool started, std::string why) {
    const auto now = system_clock::now();
    const auto tries = policy::one_more(read_tries(folder), now, false, why);
    log.error("publish_command: {}", why);
    if (now - tries.first >= policy::publish_lifetime)
        return {Publishing::given_up, started, std::move(why)};
    auto noted = supervise::forget(folder);  // what it printed is logged
    if (noted) noted = write_tries(folder, tries);
    if (!noted) why += " (" + noted.error().message + ")";
    return {Publishing::failed, started, std::move(why)};
}

}  // namespace

supervise::ChildOrder prepare_publish(const PublishOrder& order) {
    const std::string folder = child_folder(order.root, order.leaf + publish_suffix);
    end_earlier(folder);
    return child_order(order, folder);
}

net::Task<PublishEnd> run_publish_command(net::Loop& loop, Log& log,
                                          supervise::ChildOrder command) {
    const std::string folder = command.folder;
    log.debug("Running {}", join(command.command.arguments, " "));
    auto end = co_await supervise::run_supervised(loop, std::move(command));
    if (!end) co_return came_to_nothing(log, folder, has_started(folder), end.error().message);
    log_output(log, end->output);
    if (end->end.succeeded()) co_return PublishEnd();
    const bool refused = end->end.exit_code == static_cast<int>(ExitStatus::bad_input);
    if (!refused) co_return came_to_nothing(log, folder, true, end->end.text());
    log.error("publish_command: {}", end->end.text());
    co_return PublishEnd{Publishing::refused, true, ""};
}

}  // namespace buildd
