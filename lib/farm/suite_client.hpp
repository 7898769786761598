// Who reads suites of apt repositories: what it has at hand, and where failures go. Private to
// farm's refresh and check.
#pragma once

#include <string>

#include "base/log.hpp"
#include "base/settings.hpp"
#include "base/stop_signals.hpp"
#include "db/database.hpp"
#include "net/http.hpp"

namespace buildd::farm {

struct RefreshTools {
    const Settings& settings;
    db::Database& database;
    net::Loop& loop;
    net::Http& http;
    net::Semaphore& turns;  // of archives, or of suites
    bool forget_missing = false;
    Log& log;
};

// A loop of its own with those tools; a signal throws Interrupted out of it. Throws
// Failure(bad_config) where the folder for temporary files cannot be made.
class RefreshLoop {
 public:
    RefreshLoop(const Settings& settings, db::Database& database, const StopSignals& signals,
                Log& log, bool forget_missing = false);

    net::Loop& loop() { return loop_; }
    const RefreshTools& tools() const { return tools_; }

 private:
    net::Loop loop_;
    net::Http http_;
    net::Semaphore turns_;
    const net::Watch stop_;
    const RefreshTools tools_;
};

class SuiteClient {
 public:
    SuiteClient(const RefreshTools& tools, std::string name)
        : tools_(tools), name_(std::move(name)) {}
    virtual ~SuiteClient() = default;
    SuiteClient(const SuiteClient&) = delete;
    SuiteClient& operator=(const SuiteClient&) = delete;

    const RefreshTools& tools() const { return tools_; }
    const std::string& name() const { return name_; }  // for messages: "ubuntu/primary"

    // What could not be fetched or used, and why.
    virtual void fail(const std::string& url, const net::HttpError& error) = 0;
    virtual void fail(const std::string& url, const std::string& why) = 0;

 private:
    const RefreshTools& tools_;
    const std::string name_;
};

}  // namespace buildd::farm
