#include "farm/waits.hpp"

#include <map>
#include <set>

#include "db/places.hpp"
#include "db/queue_build.hpp"
#include "db/waits.hpp"
#include "policy/archive_lines.hpp"

namespace buildd::farm {

namespace {

using policy::WaitStep;
using policy::WaitVerdict;

// What there is for any of the waits, found by name.
class Offers {
 public:
    Offers(db::Database& database, const std::vector<db::WaitingBuild>& waits)
        : places_(database, archives_of(waits)) {
        std::set<std::string> names;
        std::set<DistroArchSeriesId> archs;
        for (const auto& wait : waits) {
            for (auto& name : policy::package_names(wait.dependencies))
                names.insert(std::move(name));
            archs.insert(wait.arch);
        }
        binaries_ = db::available_binaries(database, {names.begin(), names.end()},
                                           {archs.begin(), archs.end()});
        for (const auto& binary : binaries_) {
            by_name_[binary.name].push_back(&binary);
            for (const auto& provided : policy::parse_provides(binary.provides))
                providers_[provided.name].insert(binary.name);
        }
    }

    // Only what the `deb` lines that its builder gets would find: anything else would fail again.
    std::vector<policy::VisibleBinary> seen_by(const db::WaitingBuild& wait) const {
        std::set<std::string> names;
        for (const auto& name : policy::package_names(wait.dependencies)) {
            names.insert(name);
            const auto found = providers_.find(name);
            if (found != providers_.end()) names.insert(found->second.begin(), found->second.end());
        }
        std::vector<policy::VisibleBinary> visible;
        const BuildPlaces places = places_.of(wait.build);
        for (const auto& name : names) {
            const auto found = by_name_.find(name);
            if (found == by_name_.end()) continue;
            for (const auto* binary : found->second)
                if (binary->arch == wait.arch &&
                    policy::reaches(wait.build, wait.component, binary->place, places))
                    visible.push_back(
                        {binary->name, binary->version, binary->provides, binary->multiarch});
        }
        return visible;
    }

 private:
    static std::vector<ArchiveId> archives_of(const std::vector<db::WaitingBuild>& waits) {
        std::set<ArchiveId> archives;
        for (const auto& wait : waits) archives.insert(wait.build.archive.id);
        return {archives.begin(), archives.end()};
    }

    const db::PlaceBook places_;
    std::vector<db::AvailableBinary> binaries_;
    std::map<std::string, std::vector<const db::AvailableBinary*>> by_name_;
    std::map<std::string, std::set<std::string>> providers_;
};

std::vector<WaitVerdict> judge_all(db::Database& database,
                                   const std::vector<db::WaitingBuild>& waits) {
    const Offers offers(database, waits);
    std::vector<BuildId> ids;
    for (const auto& wait : waits) ids.push_back(wait.build.id);
    const auto answers = db::depfail_answers(database, ids);
    std::vector<WaitVerdict> verdicts;
    for (const auto& wait : waits) {
        policy::Wait facts{
            wait.dependencies, wait.declared, wait.build.target.architecture_tag, {}};
        if (const auto found = answers.find(wait.build.id); found != answers.end())
            for (const auto& one : found->second)
                facts.past.push_back({one.dependencies, one.index, one.age});
        verdicts.push_back(policy::judge_wait(facts, offers.seen_by(wait)));
    }
    return verdicts;
}

// A source that is gone needs no person: dispatch makes the build SUPERSEDED.
bool is_for_person(const db::WaitingBuild& wait, const WaitVerdict& verdict) {
    return (verdict.step == WaitStep::person || verdict.step == WaitStep::unreadable) &&
           wait.build.source_published;
}

std::string why_for_person(const db::WaitingBuild& wait, const WaitVerdict& verdict) {
    if (const auto endless = policy::endless_wait(wait.dependencies))
        return "it lacks packages, but " + *endless;
    return fmt::format(
        "what it waits for ({}) is there, but its builder has said {} times that it is not",
        wait.dependencies, verdict.answers);
}

bool try_again(db::Database& database, Log& log, const db::WaitingBuild& wait,
               const WaitVerdict& verdict) {
    if (!db::retry_by_itself(database, wait.build.id, verdict.index)) return false;
    log.info("{} has its dependencies now ({}): tried again", wait.build.title(),
             wait.dependencies);
    return true;
}

// Answers how many are new.
std::int64_t leave_to_person(db::Database& database, Log& log,
                             const std::vector<db::WaitingBuild>& waits,
                             const std::vector<WaitVerdict>& verdicts) {
    std::vector<BuildId> theirs, others;
    for (std::size_t i = 0; i < waits.size(); ++i)
        (is_for_person(waits[i], verdicts[i]) ? theirs : others).push_back(waits[i].build.id);
    db::set_for_person(database, others, BuildState::MANUALDEPWAIT, false);
    const auto found = db::set_for_person(database, theirs, BuildState::MANUALDEPWAIT, true);
    const std::set<BuildId> now(found.begin(), found.end());
    for (std::size_t i = 0; i < waits.size(); ++i)
        if (now.contains(waits[i].build.id))
            log.error("{} ({}) needs a person: {}", waits[i].build.title(), waits[i].build.id.value,
                      why_for_person(waits[i], verdicts[i]));
    return static_cast<std::int64_t>(found.size());
}

}  // namespace

WaitsResult retry_waits(db::Database& database, Log& log) {
    const auto waits = db::dependency_waits(database);
    const auto verdicts = judge_all(database, waits);
    WaitsResult result;
    result.for_person = leave_to_person(database, log, waits, verdicts);
    for (std::size_t i = 0; i < waits.size(); ++i) {
        const WaitStep step = verdicts[i].step;
        const bool gone = step == WaitStep::person && !waits[i].build.source_published;
        if (step != WaitStep::retry && !gone) continue;
        if (try_again(database, log, waits[i], verdicts[i])) ++result.retried;
    }
    return result;
}

std::optional<WaitVerdict> judge_wait(db::Database& database, BuildId build) {
    const auto waits = db::dependency_waits(database, build);
    if (waits.empty()) return std::nullopt;
    return judge_all(database, waits).front();
}

}  // namespace buildd::farm
