// A builder against which much speaks rests, and then shows by one job, the canary, how it is.
// Pure.
#pragma once

#include <chrono>
#include <optional>

#include "policy/suspicion.hpp"

namespace buildd::policy {

struct BuilderRecord {
    double suspicion = 0;
    int failures = 0;     // counted ones in a row, without a good attempt between
    int quarantines = 0;  // since it was last above all suspicion
    // Since the first one that no good canary has ended; nullopt: it is in none.
    std::optional<std::chrono::seconds> quarantined = {};
    bool operator==(const BuilderRecord&) const = default;
};

enum class QuarantineStep {
    none,
    begin,
    again,       // its canary failed
    end,         // its canary was good, or what spoke against it was taken back
    for_person,  // its canaries have failed for a day, several of them
};

struct BuilderJudged {
    BuilderRecord record;
    QuarantineStep step = QuarantineStep::none;
    std::chrono::minutes rest{};  // with begin and again: it is given no job meanwhile
};

// The n-th quarantine (n ≥ 1): 15 min, doubling to 2 h.
std::chrono::minutes quarantine_length(int times);

// After an end of an attempt on it. `threshold`: so many counted failures in a row are a
// quarantine, whatever they weigh. A job that ends on a builder in quarantine was its canary,
// unless the builder rests still.
BuilderJudged judge_builder(const BuilderRecord& before, const SaidOfBuilder& said, int threshold);

// After a build that it had failed ended well on another builder.
BuilderJudged judge_good_elsewhere(const BuilderRecord& before);

// What had spoken against it, as it was then.
struct TakenBack {
    double weight = 0;
    bool failure = false;  // counted
    bool canary = false;   // of a quarantine that has not ended: it was a good one after all
};

// After that proved to be no fault of it.
BuilderJudged judge_taken_back(const BuilderRecord& before, const TakenBack& taken_back,
                               int threshold);

}  // namespace buildd::policy
