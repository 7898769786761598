// What the ends of a window say of each object that cases of one word share. Private to
// common_cause.cpp.
#pragma once

#include <algorithm>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "policy/common_cause.hpp"

namespace buildd::policy {

inline constexpr std::size_t least_cases = 3;  // so many, of so many builders and of so many builds

// So many have something to say, if they are all.
constexpr std::size_t fewest_cases(CauseWord word) {
    return word == CauseWord::silent ? 2 : least_cases;
}

inline bool is_on(std::span<const Shared> shared, const Shared& object) {
    return std::find(shared.begin(), shared.end(), object) != shared.end();
}

struct Candidate {
    Shared object;
    std::vector<std::size_t> cases;  // since its last good end
    std::size_t others = 0;          // ends since the first case that are none
    std::size_t touched = 0;         // by other ends of the window, at any time
};

// Have enough builders, builds and owners said it?
bool enough(std::span<const CauseEnd> ends, const std::vector<std::size_t>& cases,
            std::span<const int> living, CauseKind kind);

class Tally {
 public:
    // `trusted`: only trusted builders' words are heard.
    Tally(std::span<const CauseEnd> ends, bool trusted, CauseTime now)
        : ends_(ends), trusted_(trusted), now_(now) {}

    // The best first. Linear in what the ends share.
    std::vector<Candidate> candidates(CauseWord word, const std::vector<std::size_t>& cases);

 private:
    struct Entry {
        Candidate candidate;
        CauseTime last_good = CauseTime::min();
        CauseTime first = CauseTime::max();  // when the first case began
        CauseTime longest{0};                // that a case took
        std::set<std::int64_t> builders;     // silent ones, and others that were heard
    };

    bool is_heard(const CauseEnd& end) const { return end.trusted || !trusted_; }
    template <class Use>
    void each_entry(const CauseEnd& end, Use use);
    void enter(const std::vector<std::size_t>& cases);
    void hear_good(CauseWord word);
    void gather(const std::vector<std::size_t>& cases);
    void count_others(CauseWord word);

    std::span<const CauseEnd> ends_;
    bool trusted_;
    CauseTime now_;
    std::unordered_map<std::uint64_t, Entry> entries_;
};

}  // namespace buildd::policy
