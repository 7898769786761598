#include "policy/waits.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "policy/backoff.hpp"
#include "policy/versions.hpp"

namespace buildd::policy {

namespace {

// A provided name is never Multi-Arch: foreign itself.
std::string of_provided(const std::string& multiarch) {
    return multiarch == "foreign" ? "no" : multiarch;
}

std::vector<PastAnswer> equal_answers(const Wait& wait, const std::vector<std::string>& names) {
    std::vector<PastAnswer> equal;
    for (const auto& one : wait.past)
        if (package_names(one.dependencies) == names) equal.push_back(one);
    return equal;
}

// Of the last one after which the queue had it tried again.
std::string last_index(const std::vector<PastAnswer>& answers) {
    const auto found = std::find_if(answers.rbegin(), answers.rend(),
                                    [](const PastAnswer& one) { return !one.index.empty(); });
    return found == answers.rend() ? "" : found->index;
}

WaitVerdict judge_met(const std::vector<PastAnswer>& answers, std::string index) {
    WaitVerdict verdict{WaitStep::retry, {}, static_cast<int>(answers.size()), std::move(index)};
    if (answers.empty()) return verdict;
    if (verdict.answers >= answers_for_a_person && last_index(answers) == verdict.index) {
        verdict.step = WaitStep::person;
        return verdict;
    }
    const std::chrono::seconds delay = same_answer_delay(verdict.answers);
    verdict.left = std::max(delay - answers.back().age, std::chrono::seconds(0));
    if (verdict.left.count() > 0) verdict.step = WaitStep::later;
    return verdict;
}

}  // namespace

std::vector<Available> candidates(const std::vector<VisibleBinary>& visible) {
    std::map<std::string_view, const VisibleBinary*> highest;
    for (const auto& one : visible) {
        const auto*& best = highest[one.name];
        if (best == nullptr || compare_versions(best->version, one.version) < 0) best = &one;
    }
    std::vector<Available> available;
    for (const auto& [name, one] : highest) {
        available.push_back({one->name, one->version, one->multiarch});
        for (auto& provided : parse_provides(one->provides))
            available.push_back({std::move(provided.name), std::move(provided.version),
                                 of_provided(one->multiarch)});
    }
    return available;
}

std::string index_digest(const std::vector<Available>& available,
                         const std::vector<std::string>& names) {
    std::vector<std::string> lines;
    for (const auto& one : available)
        if (std::binary_search(names.begin(), names.end(), one.name))
            lines.push_back(fmt::format("{} {} {}", one.name, one.version, one.multiarch));
    std::sort(lines.begin(), lines.end());
    return digest(DigestKind::sha256, join(lines, "\n"));
}

WaitVerdict judge_wait(const Wait& wait, const std::vector<VisibleBinary>& visible) {
    auto dependencies = parse_dependencies(wait.dependencies);
    if (!dependencies || dependencies->empty()) return {WaitStep::unreadable};
    qualify(*dependencies, wait.declared);
    const auto available = candidates(visible);
    const auto names = package_names(*dependencies);
    const auto answers = equal_answers(wait, names);
    if (!satisfied(*dependencies, available, wait.architecture))
        return {WaitStep::unmet, {}, static_cast<int>(answers.size())};
    return judge_met(answers, index_digest(available, names));
}

WaitVerdict judge_chroot_wait(int answers, std::chrono::seconds age) {
    WaitVerdict verdict{WaitStep::retry, {}, answers, {}};
    if (answers >= answers_for_a_person) {
        verdict.step = WaitStep::person;
        return verdict;
    }
    const std::chrono::seconds delay = chroot_wait_delay(std::max(answers, 1));
    verdict.left = std::max(delay - age, std::chrono::seconds(0));
    if (verdict.left.count() > 0) verdict.step = WaitStep::later;
    return verdict;
}

std::string chroot_wait_sentence(const WaitVerdict& verdict, const std::string& cause) {
    if (verdict.step == WaitStep::person)
        return fmt::format(
            "It has ended so {} times in a row: a person has to look, and it is not tried again by "
            "itself.",
            verdict.answers);
    if (!cause.empty())
        return fmt::format("Nobody is to blame: {}. It is tried again when that works.", cause);
    if (verdict.step == WaitStep::later)
        return fmt::format("It is tried again in {}.", show_duration(verdict.left));
    return "The next 'buildd-master queue build' tries it again.";
}

std::string wait_sentence(const WaitVerdict& verdict) {
    const std::string said = fmt::format(
        "They are there, but its builder has said {} times that they are not", verdict.answers);
    switch (verdict.step) {
        case WaitStep::unreadable:
        case WaitStep::unmet:
            return "";
        case WaitStep::retry:
            return "They are there: the next 'buildd-master queue build' tries it again.";
        case WaitStep::later:
            return fmt::format("{}: it is tried again in {}.", said, show_duration(verdict.left));
        case WaitStep::person:
            return said +
                   ", and nothing that it names has changed since: a person has to look. It is "
                   "tried again when something of that changes, or by 'buildd-master build retry'.";
    }
    return "";
}

}  // namespace buildd::policy
