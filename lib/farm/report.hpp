// What a pass saw and did: its last line, its diary entry, its exit status.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/failure.hpp"
#include "model/labels.hpp"

namespace buildd::farm {

struct Report {
    int builders = 0;  // visited
    int failed = 0;    // failed by this pass
    int rescued = 0;
    int running = 0;   // jobs still being built
    int finished = 0;  // jobs whose attempt ended for good
    int reset = 0;
    int started = 0;
    int uploaded = 0;  // builds settled as FULLYBUILT
    int rejected = 0;  // … as FAILEDTOUPLOAD
    int mails = 0;
    std::array<int, LabelsOf<Outcome>::names.size()> outcomes{};  // attempts, by how they ended
    struct {
        std::size_t files = 0, done = 0;
        std::uint64_t bytes = 0;
    } gathered;                            // so far: what a person who watches is shown
    std::vector<std::string> leaves;       // gathered: the process waits until they are settled
    std::vector<std::string> cut;          // builders whose flow the end of the pass cut short
    std::vector<std::string> passed_over;  // … those that it did not come to
    bool needs_person = false;
    bool unavailable = false;  // our own disk, librarian … failed us
    std::function<void(const std::string&)> print = [](const std::string&) {};

    void would(const std::string& what) const { print("would " + what); }
    ExitStatus status() const;
    std::string summary() const;  // "3 builders, 1 job started …"
};

}  // namespace buildd::farm
