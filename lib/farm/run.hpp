// What a run of a pass or of `work` owns, and what its flows have at hand of it.
#pragma once

#include <functional>
#include <string>

#include "base/stop_signals.hpp"
#include "db/schema.hpp"
#include "farm/farm.hpp"

namespace buildd::farm {

struct RunOrder {
    std::string command;  // for the server's list of sessions
    net::HttpOptions budget{};
    bool dry_run = false;
    std::function<void(const std::string&)> print{};  // as Report's
};

class Run {
 public:
    // Connects. Throws Failure.
    Run(const LoadedSettings& settings, const RunOrder& order, const StopSignals& signals,
        Log& log);
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    // The database is the farm's, and so are the folders; settings are looked at. An interrupt is
    // thrown out of the loop from now on. Throws Failure.
    void open(db::Patience patience = db::Patience::command);
    // What is wrong with the settings: loudly once an hour.
    void say_settings();

 private:
    const StopSignals& signals_;
    LoadedSettings loaded_;
    db::Database database_;
    net::Loop loop_;
    net::Http http_;
    net::Semaphore results_;
    Librarian librarian_;
    Report report_;
    PassClock clock_;

 public:
    Farm farm;
};

}  // namespace buildd::farm
