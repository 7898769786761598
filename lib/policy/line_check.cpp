#include "policy/line_check.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd::policy {

namespace {

using How = LineVerdict::How;

// What several architectures and components have against a line: the worst, each reason once.
class Verdict {
 public:
    void add(How how, const std::string& why) {
        how_ = std::max(how_, how);
        if (std::find(reasons_.begin(), reasons_.end(), why) == reasons_.end())
            reasons_.push_back(why);
    }
    LineVerdict take() const { return {how_, join(reasons_, "; ")}; }

 private:
    How how_ = How::good;
    std::vector<std::string> reasons_;
};

bool has_architecture(const SourceLine& line, const std::string& tag) {
    const auto& only = line.architectures;
    return only.empty() || std::find(only.begin(), only.end(), tag) != only.end();
}

void judge_architecture(const SourceLine& line, const std::string& tag, const SuiteFound& found,
                        Verdict& verdict) {
    std::vector<std::string> lacking;
    for (const auto& component : line.components) {
        const auto index = found.indexes.find({component, tag});
        if (index == found.indexes.end() || !index->second.listed)
            lacking.push_back(component);
        else if (!index->second.why.empty())
            verdict.add(index->second.untold ? How::partly : How::unusable, index->second.why);
    }
    if (lacking.empty()) return;
    const bool all = lacking.size() == line.components.size();
    verdict.add(all ? How::unusable : How::partly,
                fmt::format("Release has no packages of {} for {}", join(lacking, ", "), tag));
}

// As apt looks at them: "bookworm/updates" is to be of bookworm. It warns, and takes the suite.
void judge_names(const SourceLine& line, const SuiteFound& found, Verdict& verdict) {
    const std::string wanted = line.suite.substr(0, line.suite.rfind('/'));
    const bool named = !found.suite.empty() || !found.codename.empty();
    if (!named || found.suite == wanted || found.codename == wanted) return;
    verdict.add(
        How::partly,
        fmt::format("its Release is of the suite '{}' ({}), of which apt warns",
                    one_line(found.suite).substr(0, 200), one_line(found.codename).substr(0, 200)));
}

LineVerdict judge_missing(const SourceLine& line) {
    if (line.trusted)
        return {How::partly, fmt::format("{} has no Release, which [trusted=yes] lets apt do "
                                         "without: its indexes were not looked at",
                                         line.suite_url())};
    return {How::missing, line.suite_url() + " has no Release"};
}

}  // namespace

LineVerdict judge_line(const SourceLine& line, const std::vector<std::string>& tags,
                       const SuiteFound& found) {
    using Release = SuiteFound::Release;
    if (found.release == Release::missing) return judge_missing(line);
    if (found.release == Release::failed) return {How::unusable, found.why};
    if (found.release == Release::untold) return {How::partly, found.why};
    Verdict verdict;
    if (!line.trusted && !found.has_signature)
        verdict.add(How::unusable, "its Release is not signed, and apt takes no such suite");
    if (!line.trusted && found.expired)
        verdict.add(How::unusable, "the Valid-Until of its Release is over");
    if (line.is_flat()) return verdict.take();
    judge_names(line, found, verdict);
    for (const auto& tag : tags)
        if (has_architecture(line, tag)) judge_architecture(line, tag, found, verdict);
    return verdict.take();
}

}  // namespace buildd::policy
