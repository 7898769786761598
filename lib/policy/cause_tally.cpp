#include "policy/cause_tally.hpp"

#include <array>
#include <tuple>

namespace buildd::policy {

namespace {

constexpr std::uint64_t kinds = 16;

std::uint64_t number_of(const Shared& object) {
    return object.key * kinds + static_cast<std::uint64_t>(object.kind);
}

// A file that was fetched is not to blame. One that the master finds is not, nor is its host: the
// builders' way to it may be.
bool may_blame(const CauseEnd& end, CauseKind kind) {
    if (end.word != CauseWord::fetch && kind == CauseKind::file) return false;
    return end.asked != Asked::there || kind == CauseKind::network;
}

// How many different values it has seen, up to three.
class Different {
 public:
    void see(std::int64_t value) {
        const auto seen = seen_.begin() + static_cast<std::ptrdiff_t>(count_);
        if (count_ < seen_.size() && std::find(seen_.begin(), seen, value) == seen)
            seen_[count_++] = value;
    }
    std::size_t count() const { return count_; }
    bool is_only_one_but(std::int64_t value) const { return count_ == 1 && seen_[0] != value; }

 private:
    std::array<std::int64_t, least_cases> seen_{};
    std::size_t count_ = 0;
};

// One job that ends a builder after the other does so later each time.
bool fell_silent_together(std::span<const CauseEnd> ends, const std::vector<std::size_t>& cases) {
    const auto [first, last] = std::minmax_element(
        cases.begin(), cases.end(),
        [&](std::size_t one, std::size_t other) { return ends[one].at < ends[other].at; });
    Different builders, builds;
    for (const auto i : cases) {
        if (ends[i].build == 0) continue;
        builders.see(ends[i].builder);
        builds.see(ends[i].build);
    }
    return builds.count() >= builders.count() && ends[*last].at - ends[*first].at <= together;
}

}  // namespace

bool enough(std::span<const CauseEnd> ends, const std::vector<std::size_t>& cases,
            std::span<const int> living, CauseKind kind) {
    Different builders, builds, owners;
    std::vector<bool> groups(living.size());
    for (const auto i : cases) {
        const CauseEnd& end = ends[i];
        builders.see(end.builder);
        if (end.build != 0) builds.see(end.build);
        if (end.build != 0) owners.see(end.owner);
        if (end.group < groups.size()) groups[end.group] = true;
    }
    int alive = 0;
    for (std::size_t group = 0; group < groups.size(); ++group)
        if (groups[group]) alive += living[group];
    // Those that said it lived when they did.
    const auto lived = std::max(static_cast<std::size_t>(std::max(alive, 1)), builders.count());
    const auto least = std::min(least_cases, lived);
    if (builders.count() < least) return false;
    const bool one_owner = owners.is_only_one_but(0);
    if (one_owner && kind != CauseKind::file && kind != CauseKind::archive) return false;
    if (ends[cases.front()].word == CauseWord::silent && least < least_cases)
        return least > 1 && fell_silent_together(ends, cases);
    if (cases.size() < least_cases) return false;
    return builds.count() >= least_cases || (kind == CauseKind::file && least < least_cases);
}

template <class Use>
void Tally::each_entry(const CauseEnd& end, Use use) {
    for (const auto& object : end.shared)
        if (const auto found = entries_.find(number_of(object)); found != entries_.end())
            use(found->second);
}

void Tally::enter(const std::vector<std::size_t>& cases) {
    for (const auto i : cases)
        for (const auto& object : ends_[i].shared)
            if (may_blame(ends_[i], object.kind))
                entries_[number_of(object)].candidate.object = object;
}

void Tally::hear_good(CauseWord word) {
    for (const auto& end : ends_)
        if (is_heard(end) && is_good(end, word))
            each_entry(
                end, [&](Entry& entry) { entry.last_good = std::max(entry.last_good, end.began); });
}

void Tally::gather(const std::vector<std::size_t>& cases) {
    for (const auto i : cases) {
        const CauseEnd& end = ends_[i];
        each_entry(end, [&](Entry& entry) {
            if (end.at < entry.last_good || !may_blame(end, entry.candidate.object.kind)) return;
            entry.candidate.cases.push_back(i);
            const bool silent = end.word == CauseWord::silent;  // it answered until then
            entry.first = std::min(entry.first, silent ? end.at : end.began);
            entry.longest = std::max(entry.longest, end.at - end.began);
            if (silent) entry.builders.insert(end.builder);
        });
    }
}

// One that runs says something once it has come further than the cases. A builder that is not
// silent says so once, however many jobs it ends meanwhile.
void Tally::count_others(CauseWord word) {
    for (const auto& end : ends_) {
        if (!is_heard(end) || end.word == word) continue;
        each_entry(end, [&](Entry& entry) {
            ++entry.candidate.touched;
            const bool says = !end.running || now_ - end.began > entry.longest;
            if (end.began < entry.first || !says) return;
            if (word == CauseWord::silent && !entry.builders.insert(end.builder).second) return;
            ++entry.candidate.others;
        });
    }
}

std::vector<Candidate> Tally::candidates(CauseWord word, const std::vector<std::size_t>& cases) {
    enter(cases);
    hear_good(word);
    gather(cases);
    count_others(word);
    std::vector<Candidate> result;
    for (auto& [number, entry] : entries_)
        if (entry.candidate.cases.size() >= fewest_cases(word))
            result.push_back(std::move(entry.candidate));
    const auto rank = [](const Candidate& one) {
        return std::tuple(-static_cast<std::ptrdiff_t>(one.cases.size()), one.touched,
                          one.object.kind, one.object.key);
    };
    std::sort(result.begin(), result.end(), [&](const Candidate& one, const Candidate& other) {
        return rank(one) < rank(other);
    });
    return result;
}

}  // namespace buildd::policy
