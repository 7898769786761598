#include "db/builders.hpp"

#include "base/text.hpp"

namespace buildd::db {

void store_probes(Database& database, const std::vector<ProbeEdit>& probes) {
    if (probes.empty()) return;
    std::vector<BuilderId> ids;
    std::vector<bool> ok;
    std::vector<int> failures;
    std::vector<std::string> tags, versions;
    for (const auto& probe : probes) {
        ids.push_back(probe.builder);
        ok.push_back(probe.ok_before);
        failures.push_back(probe.probe_failures_before);
        tags.push_back(probe.architecture_tag);
        versions.push_back(probe.version);
    }
    database.execute(R"(
        UPDATE builder SET last_seen = now(), probe_failures = 0, next_probe = NULL,
            builderok = true, failnotes = CASE WHEN builderok THEN failnotes END,
            architecturetag = probe.tag, version = coalesce(nullif(probe.version, ''), builder.version)
        FROM unnest($1::bigint[], $2::boolean[], $3::integer[], $4::text[], $5::text[])
            AS probe (id, ok, failures, tag, version)
        WHERE builder.id = probe.id AND builder.builderok = probe.ok
            AND builder.probe_failures = probe.failures AND builder.disabled_by IS NULL)",
                     ids, ok, failures, tags, versions);
}

bool fail_builder(Database& database, const BuilderFailure& failure, int failures_before,
                  int failures) {
    return database.execute(
               R"(
        UPDATE builder SET builderok = false, failnotes = $2, failure_count = $6,
            probe_failures = probe_failures + 1,
            next_probe = now() + make_interval(mins => $3::integer),
            disabled_by = $4
        WHERE id = $1 AND failure_count = $5 AND disabled_by IS NULL)",
               failure.builder, mask_passwords(failure.notes),
               failure.retry_in ? std::optional(failure.retry_in->count()) : std::nullopt,
               failure.retry_in ? std::nullopt : std::optional(failure.disabled_by),
               failures_before, failures) == 1;
}

void start_aborting(Database& database, const std::vector<BuilderId>& builders) {
    if (builders.empty()) return;
    database.execute(
        "UPDATE builder SET aborting_seen = now(), "
        "aborting_since = coalesce(watched_since(aborting_since, aborting_seen), now()) "
        "WHERE id = ANY ($1::bigint[])",
        builders);
}

void stop_aborting(Database& database, const std::vector<BuilderId>& builders) {
    if (builders.empty()) return;
    database.execute(
        "UPDATE builder SET aborting_since = NULL, aborting_seen = NULL "
        "WHERE id = ANY ($1::bigint[]) AND aborting_since IS NOT NULL",
        builders);
}

bool set_clean_status(Database& database, BuilderId builder, CleanStatus from, CleanStatus to) {
    return database.execute(
               "UPDATE builder SET clean_status = $3::builderclean "
               "WHERE id = $1 AND clean_status = $2::builderclean",
               builder, from, to) == 1;
}

}  // namespace buildd::db
