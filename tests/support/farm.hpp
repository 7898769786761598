// The sample farm in a database and folders of its own, and passes over it.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/settings.hpp"
#include "base/stop_signals.hpp"
#include "farm/pass.hpp"
#include "fleet_process.hpp"
#include "support/sql.hpp"
#include "support/temp_folder.hpp"

namespace buildd::test {

class TestFarm {
 public:
    // `server`: as TestDatabase's.
    explicit TestFarm(const std::string& server = "");

    // Settings as options on the command line: `farm.options["pass_timeout"] = "1 s"`.
    std::map<std::string, std::string> options;

    TestDatabase& db() { return database_; }
    std::string value(const std::string& sql) { return database_.value(sql); }
    void sql(const std::string& statements) { database_.run(statements); }
    const std::string& root() const { return folder_.path(); }
    std::string file(const std::string& below_root) const { return root() + "/" + below_root; }

    // "scan", "collect", "dispatch" or "cycle" in this process. What it logged is in log().
    ExitStatus pass(const std::string& command, bool dry_run = false);
    const std::vector<std::string>& log() const { return log_; }
    bool logged(const std::string& part) const;
    const std::vector<std::string>& printed() const { return printed_; }
    const std::vector<std::string>& progress() const { return progress_; }

    LoadedSettings settings() const;
    // The options as variables, for the program itself.
    std::map<std::string, std::string> environment() const;

    // The job of a build in a builder's hands, as a pass that died just after build() left it.
    // Answers the cookie.
    std::string give(int build, const std::string& builder, bool dispatched = true);
    std::string state(int build);  // of the build
    std::string notes(const std::string& builder);

    // So much time goes by, in which passes go on looking at the builders: all that the database
    // knows the time of lies further back.
    void let_pass(std::chrono::minutes time);

    // The sample farm's builders listen where the fleet's of the same names do.
    void connect(const fleet::Fleet& fleet, const std::vector<std::string>& builders);

 private:
    TempFolder folder_;
    TestDatabase database_;
    std::vector<std::string> log_, printed_, progress_;
};

// The program itself, as cron would call it, or another.
struct ProgramRun {
    int status = 0;  // exit status; 128 + signal
    std::string out, err;
};
// The first word is looked up in PATH.
ProgramRun run_command(const std::vector<std::string>& words,
                       const std::map<std::string, std::string>& environment);
ProgramRun run_program(const std::vector<std::string>& arguments,
                       const std::map<std::string, std::string>& environment);

}  // namespace buildd::test
