#include "policy/run_room.hpp"

#include <algorithm>

namespace buildd::policy {

namespace {

template <class Key>
std::int64_t taken(const std::map<Key, std::int64_t>& counts, const Key& key) {
    const auto found = counts.find(key);
    return found == counts.end() ? 0 : found->second;
}

}  // namespace

std::int64_t RunRoom::room(const ArchiveFacts& archive, const RunLimits& limits,
                           std::int64_t jobs) const {
    const RunLimits room = left(archive, limits);
    for (const auto& limit : {room.archive, room.owner})
        if (limit) jobs = std::min<std::int64_t>(jobs, *limit);
    return std::max<std::int64_t>(jobs, 0);
}

RunLimits RunRoom::left(const ArchiveFacts& archive, RunLimits limits) const {
    const auto without = [](int limit, std::int64_t jobs) {
        return static_cast<int>(std::max<std::int64_t>(0, limit - jobs));
    };
    if (limits.archive)
        limits.archive = without(*limits.archive, taken(of_archives_, archive.id.value));
    if (limits.owner) limits.owner = without(*limits.owner, taken(of_owners_, archive.owner));
    return limits;
}

void RunRoom::take(const ArchiveFacts& archive, std::int64_t jobs) {
    of_archives_[archive.id.value] += jobs;
    of_owners_[archive.owner] += jobs;
}

}  // namespace buildd::policy
