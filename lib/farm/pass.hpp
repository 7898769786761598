// One pass over the farm: the program's commands scan, collect, dispatch and cycle.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/log.hpp"
#include "base/settings.hpp"
#include "base/stop_signals.hpp"
#include "farm/attend.hpp"

namespace buildd::farm {

struct PassOrder {
    std::string command;  // as the user typed it
    Stages stages;
    bool dry_run = false;
    bool no_work = false;                           // resets, uploads and mails are left to `work`
    std::chrono::seconds wait{0};                   // for the lock
    std::function<void(const std::string&)> print;  // what a dry run would do
};

// The status to exit with. Throws Failure and Interrupted.
ExitStatus run_pass(const LoadedSettings& loaded, const PassOrder& order,
                    const StopSignals& signals, Log& log);

}  // namespace buildd::farm
