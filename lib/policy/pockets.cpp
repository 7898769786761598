#include "policy/pockets.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace buildd::policy {

namespace {

using P = Pocket;

struct PocketRow {
    Pocket pocket;
    std::string_view suffix;
    std::array<Pocket, 4> dependencies;
    std::size_t dependency_count;
};

constexpr std::array<PocketRow, 5> pocket_table{{
    {P::RELEASE, "", {P::RELEASE}, 1},
    {P::SECURITY, "-security", {P::RELEASE, P::SECURITY}, 2},
    {P::UPDATES, "-updates", {P::RELEASE, P::SECURITY, P::UPDATES}, 3},
    {P::PROPOSED, "-proposed", {P::RELEASE, P::SECURITY, P::UPDATES, P::PROPOSED}, 4},
    {P::BACKPORTS, "-backports", {P::RELEASE, P::SECURITY, P::UPDATES, P::BACKPORTS}, 4},
}};

const PocketRow& row_of(Pocket pocket) {
    return *std::find_if(pocket_table.begin(), pocket_table.end() - 1,
                         [pocket](const PocketRow& row) { return row.pocket == pocket; });
}

}  // namespace

std::string_view pocket_suffix(Pocket pocket) {
    return row_of(pocket).suffix;
}

std::span<const Pocket> pocket_dependencies(Pocket pocket) {
    const PocketRow& row = row_of(pocket);
    return {row.dependencies.data(), row.dependency_count};
}

bool uploads_allowed(SeriesStatus status, Pocket pocket) {
    if (status == SeriesStatus::FROZEN) return true;
    const bool released = status == SeriesStatus::SUPPORTED || status == SeriesStatus::CURRENT;
    return released == (pocket != Pocket::RELEASE);
}

std::string suite_name(const std::string& said, const std::string& series, Pocket pocket) {
    if (!said.empty()) return replace_all(said, "%(series)s", series);
    return series + std::string(pocket_suffix(pocket));
}

std::string suite_name(const TargetFacts& target) {
    return suite_name(target.suite, target.series, target.pocket);
}

bool pocket_open(ArchivePurpose purpose, SeriesStatus status, Pocket pocket) {
    const bool own_rules = purpose != ArchivePurpose::PRIMARY;
    return (own_rules && pocket == Pocket::RELEASE) || uploads_allowed(status, pocket);
}

bool pocket_denied(const BuildFacts& build) {
    return !pocket_open(build.archive.purpose, build.target.series_status, build.target.pocket);
}

}  // namespace buildd::policy
