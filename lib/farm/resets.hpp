// Resets of untrusted builders' hosts, outside any pass: each with a lock, a deadline and a slot of
// its own. DIRTY (or silent) → CLEANING → vm_resume_command → echo → IDLE → CLEAN.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "farm/farm.hpp"
#include "farm/work.hpp"
#include "model/builder.hpp"

namespace buildd::farm {

// Takes out of a pass's builders those that wait for a reset or are being reset.
void leave_to_resets(const Farm& farm, std::deque<BuilderFacts>& builders);

class ResetKind : public WorkKind {
 public:
    // `cleaned`: told the name of each builder that has become CLEAN. `awaited`: a reset that was
    // begun is waited for, else a later run goes on with it.
    ResetKind(Farm& farm, bool awaited, std::function<void(const std::string&)> cleaned)
        : farm_(farm), awaited_(awaited), cleaned_(std::move(cleaned)) {}

    std::string slot() const override { return "reset"; }
    std::int64_t slots() const override { return farm_.settings().reset_jobs; }
    std::vector<std::string> waiting() override;
    std::string describe(const std::string& item) const override;
    bool is_awaited(const std::string& item) const override;
    void say_held(const std::string& item) const override;
    net::Task<> work_on(WorkHold& hold) override;

 private:
    void say_who_is_held_back(std::size_t count);
    net::Task<> reset(std::string item, const WorkHold& hold);

    Farm& farm_;
    const bool awaited_;
    std::function<void(const std::string&)> cleaned_;
    std::map<std::string, std::string> names_;  // of builders, by item
    std::set<std::string> running_;             // items
    std::size_t held_back_ = 0;                 // as it was said last
    bool stopped_ = false;  // our configuration, disk or process table: none can be reset
};

}  // namespace buildd::farm
