#include "db/builders.hpp"

#include "base/text.hpp"

namespace buildd::db {

namespace {

// A builder whose row was held: its clock may be one that should have been stopped.
const std::string fail_sql = single_sql("builder", "builder", std::string(R"(
    UPDATE builder SET builderok = false, failnotes = $2,
        faillogline = nullif($7, ''),
        probe_failures = probe_failures + 1,
        silent_probes = CASE WHEN $6 THEN silent_probes + 1 ELSE 0 END,
        silent_since = CASE WHEN $6 THEN coalesce(silent_since, now()) END,
        next_probe = now() + make_interval(mins => $3::integer),
        disabled_by = $4,
        aborting_since = CASE WHEN NOT )") + held_builder + R"( THEN aborting_since END
    WHERE id = $1 AND failure_count = $5 AND disabled_by IS NULL)");

std::vector<HeldRow> write_aborting(Database& database, const std::vector<BuilderId>& builders,
                                    const char* guard, const char* set) {
    if (builders.empty()) return {};
    const std::string sql =
        batch_sql({"builder", "builder", "unnest($1::bigint[]) AS edit (id)", guard, set});
    return read_held_rows(database.change(sql.c_str(), builders));
}

}  // namespace

std::vector<HeldRow> store_probes(Database& database, const std::vector<ProbeEdit>& probes) {
    if (probes.empty()) return {};
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
    static const std::string sql = batch_sql(
        {"builder", "builder",
         "unnest($1::bigint[], $2::boolean[], $3::integer[], $4::text[], $5::text[]) "
         "AS edit (id, ok, failures, tag, version)",
         "t.builderok = edit.ok AND t.probe_failures = edit.failures AND t.disabled_by IS NULL",
         "last_seen = now(), probe_failures = 0, next_probe = NULL, builderok = true, "
         "silent_probes = 0, silent_since = NULL, "
         "failnotes = CASE WHEN t.builderok THEN t.failnotes END, "
         "faillogline = CASE WHEN t.builderok THEN t.faillogline END, architecturetag = edit.tag, "
         "version = coalesce(nullif(edit.version, ''), t.version), "
         "aborting_since = CASE WHEN NOT held THEN t.aborting_since END"});
    return read_held_rows(database.change(sql.c_str(), ids, ok, failures, tags, versions));
}

void probe_silent_too(Database& database, std::chrono::seconds silent) {
    database.execute(R"(
        UPDATE builder SET next_probe = now() WHERE id IN (
            SELECT id FROM builder
            WHERE next_probe > now() AND abs(extract(epoch FROM now() - silent_since) - $1) < 300
            FOR UPDATE SKIP LOCKED))",
                     silent.count());
}

bool fail_builder(Database& database, const BuilderFailure& failure, int failures) {
    const auto minutes = failure.retry_in ? std::optional(failure.retry_in->count()) : std::nullopt;
    const auto person = failure.retry_in ? std::nullopt : std::optional(failure.disabled_by);
    return database
               .change(fail_sql.c_str(), failure.builder, mask_passwords(failure.notes), minutes,
                       person, failures, failure.silent, mask_passwords(failure.log_line))
               .size() == 1;
}

std::vector<HeldRow> start_aborting(Database& database, const std::vector<BuilderId>& builders) {
    return write_aborting(database, builders, "true",
                          "aborting_seen = now(), aborting_since = coalesce(CASE WHEN NOT held "
                          "THEN watched_since(t.aborting_since, t.aborting_seen) END, now())");
}

std::vector<HeldRow> stop_aborting(Database& database, const std::vector<BuilderId>& builders) {
    return write_aborting(database, builders, "t.aborting_since IS NOT NULL",
                          "aborting_since = NULL, aborting_seen = NULL");
}

}  // namespace buildd::db
