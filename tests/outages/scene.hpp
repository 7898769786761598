// A farm that has work for every command, and what must hold once outages are over.
#pragma once

#include <string>
#include <vector>

#include "support/scenario.hpp"

namespace buildd::test {

// OUTAGES=full (outages/run.sh --full): everything, else a sample.
bool all_outages();

// bob has built mozilla-firefox well (build 8), frog has failed to build pmount (7), jack is idle
// and ghost is gone; a job waits (9), a dependency wait is over (10), and a source has no build
// yet.
class Scene {
 public:
    // `server`: of the database, as TestFarm's.
    explicit Scene(const std::string& server = "");

    Scenario it;

    // What bob built is gathered, and waits for its uploader.
    void gather();
    std::vector<std::string> upload_command();  // process-upload of that

    // Two ordinary rounds, as cron would make them. Answers what is wrong after that, a line each:
    // in the database, on disk, at the builders, in the mail. "": nothing.
    void skip_backoff() const;
    std::string wrong_after_two_rounds();

 private:
    std::string wrong_in_database();
    std::string wrong_on_disk();
    std::string wrong_at_builders();
    std::string stored(const std::string& alias);  // content, decompressed

    TempFolder made_;
};

}  // namespace buildd::test
