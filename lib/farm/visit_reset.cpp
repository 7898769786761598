// Resetting an untrusted builder's host: DIRTY → CLEANING → CLEAN (spec: behaviour §8).
#include "db/builders.hpp"
#include "farm/visit.hpp"
#include "net/process.hpp"

namespace buildd::farm {

namespace {

constexpr std::size_t max_notes = 2000;
constexpr net::Milliseconds between_echoes{1000};

}  // namespace

// For one that needs it and can be reset. true: it may be given a job.
net::Task<bool> Visit::make_clean() {
    if (farm_.only_says("reset the host of '{}'", builder_.name)) co_return false;
    if (builder_.clean_status == CleanStatus::DIRTY &&
        !db::set_clean_status(farm_.database, builder_.id, CleanStatus::DIRTY,
                              CleanStatus::CLEANING))
        co_return false;
    builder_.clean_status = CleanStatus::CLEANING;
    auto resumed = co_await resume_host();
    if (!resumed) co_return false;
    auto echoed = co_await wait_for_echo();
    if (!echoed) co_return false;
    status_.reset();
    co_await know_status();
    const auto& status = *status_;
    if (!status || status->builder_status != BuilderStatus::IDLE) {
        fail(fmt::format("Reset but not idle: {}",
                         status ? one_line(status->raw_builder_status) : status.error().message),
             false);
        co_return false;
    }
    if (!db::set_clean_status(farm_.database, builder_.id, CleanStatus::CLEANING,
                              CleanStatus::CLEAN))
        co_return false;
    builder_.clean_status = CleanStatus::CLEAN;
    farm_.log.info("Builder '{}' is clean", builder_.name);
    co_return true;
}

net::Task<bool> Visit::resume_host() {
    auto arguments =
        net::substitute(farm_.settings().vm_resume_command, {{"vm_host", builder_.vm_host}});
    if (!arguments)
        throw Failure(ExitStatus::bad_config, "vm_resume_command: " + arguments.error().message);
    net::Command command;
    command.arguments = std::move(*arguments);
    command.timeout = farm_.settings().vm_resume_timeout;
    farm_.log.debug("Resetting the host of '{}': {}", builder_.name, join(command.arguments, " "));
    auto end = co_await net::run_process(farm_.loop, std::move(command));
    if (end && end->succeeded()) co_return true;
    const std::string why =
        end ? fmt::format("{}: {}", end->text(), to_utf8(end->errors).substr(0, max_notes))
            : end.error().message;
    fail(fmt::format("vm_resume_command failed: {}", why), false);
    co_return false;
}

// The first packets after a reset may get lost (L24).
net::Task<bool> Visit::wait_for_echo() {
    const auto deadline = farm_.loop.now() + farm_.settings().vm_resume_timeout;
    std::string reason = "no answer";
    while (farm_.loop.now() < deadline) {
        auto echoed = co_await client_.echo();
        if (echoed && *echoed) co_return true;
        reason = echoed ? "Failed to echo OK" : echoed.error().message;
        co_await farm_.loop.sleep(between_echoes);
    }
    fail(fmt::format("Reset but not back within {}: {}",
                     show_duration(farm_.settings().vm_resume_timeout), reason),
         false);
    co_return false;
}

}  // namespace buildd::farm
