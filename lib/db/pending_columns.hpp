// The columns of a PendingJob, and the joins they need. Private to lib/db.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "db/build_columns.hpp"
#include "db/candidates.hpp"
#include "db/made_by.hpp"
#include "model/start.hpp"

namespace buildd::db {

// Of a PendingJob; the query has `build` with its job's columns, and pending_joins.
inline const std::string pending_columns = R"(
build.job, build.attempts, build.lastscore, build.created, archive.debug_symbols,
)" + component_column + R"(, archive.url, coalesce(main_archive.url, archive.url),
)" + primary_components + R"(, coalesce(archive.external_lines, ''),
    archive.signing_key, main_archive.signing_key, chroot.id, )" +
                                           made_by + R"(,
    array_to_string(build.tags, ' '), )" + failed_on_column +
                                           R"(, (SELECT probing.last_probe
        FROM breaker probing WHERE probing.probe_job = build.job AND probing.closed IS NULL
        LIMIT 1), )" + build_columns;

inline const std::string pending_joins = build_joins + primary_archive_joins + R"(
    LEFT JOIN LATERAL (
        SELECT pc.chroot AS id FROM pocketchroot pc
        WHERE pc.distroarchseries = das.id AND pc.pocket IN (build.pocket, 'RELEASE')
        ORDER BY pc.pocket = build.pocket DESC LIMIT 1) chroot ON true)";

inline void add_failure(JobDemands& demands, BuilderId builder) {
    auto& known = demands.failed_on;
    if (std::find(known.begin(), known.end(), builder) != known.end()) return;
    known.push_back(builder);
    ++demands.unable_in_use;
}

inline PendingJob read_pending_job(Row& row) {
    PendingJob job;
    std::string components, tags;
    std::optional<std::string> own_key, main_key;
    std::optional<LibraryFileId> chroot;
    std::optional<std::string> failed_on;
    std::optional<BuilderId> probed_on;  // where its breaker's last probe failed
    row >> job.id >> job.attempts >> job.lastscore >> job.created >> job.debug_symbols >>
        job.component >> job.archive_url >> job.primary_url >> components >> job.external_lines >>
        own_key >> main_key >> chroot >> job.made_by >> tags >> failed_on >> probed_on;
    job.demands = read_demands(tags, failed_on.value_or(""));
    if (probed_on) add_failure(job.demands, *probed_on);
    job.build = read_build(row);
    job.primary_components = split_words(components);
    for (const auto& key : {own_key, main_key})
        if (key && (job.signing_keys.empty() || job.signing_keys[0] != *key))
            job.signing_keys.push_back(*key);
    if (chroot) job.chroot.emplace().id = *chroot;
    return job;
}

}  // namespace buildd::db
