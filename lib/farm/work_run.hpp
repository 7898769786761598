// The program's command `work`: no pass, and without its locks.
#pragma once

#include <functional>
#include <string>

#include "base/failure.hpp"
#include "base/log.hpp"
#include "base/settings.hpp"
#include "base/stop_signals.hpp"

namespace buildd::farm {

struct WorkOrder {
    bool dry_run = false;
    std::function<void(const std::string&)> print;  // what a dry run would do
};

// Goes on as long as there is work. The status to exit with. Throws Failure and Interrupted.
ExitStatus run_work(const LoadedSettings& loaded, const WorkOrder& order,
                    const StopSignals& signals, Log& log);

}  // namespace buildd::farm
