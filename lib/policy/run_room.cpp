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
    if (limits.archive)
        jobs = std::min(jobs, *limits.archive - taken(of_archives_, archive.id.value));
    if (limits.owner) jobs = std::min(jobs, *limits.owner - taken(of_owners_, archive.owner));
    return std::max<std::int64_t>(jobs, 0);
}

void RunRoom::take(const ArchiveFacts& archive, std::int64_t jobs) {
    of_archives_[archive.id.value] += jobs;
    of_owners_[archive.owner] += jobs;
}

}  // namespace buildd::policy
