#include "db/resets.hpp"

#include "base/text.hpp"

namespace buildd::db {

// Its row is locked first, as claims lock it, and its job looked for in a statement of its own: one
// that was being claimed meanwhile is seen.
bool begin_reset(Database& database, BuilderId builder, CleanStatus from) {
    Transaction transaction(database);
    const Rows rows = transaction.query(
        "SELECT 1 FROM builder WHERE id = $1 AND clean_status = $2::builderclean AND NOT trusted "
        "AND NOT manual AND disabled_by IS NULL FOR UPDATE SKIP LOCKED",
        builder, from);
    if (rows.empty()) return false;
    const bool begun = transaction.execute_one(
        "UPDATE builder SET clean_status = 'CLEANING' WHERE id = $1 AND NOT "
        "EXISTS (SELECT 1 FROM buildqueue WHERE builder = $1)",
        builder);
    transaction.commit();
    return begun;
}

bool end_reset(Database& database, const ProbeEdit& probe) {
    return database.execute_one(R"(
        UPDATE builder SET clean_status = 'CLEAN', last_seen = now(), probe_failures = 0,
            silent_probes = 0, silent_since = NULL, next_probe = NULL, aborting_since = NULL, aborting_seen = NULL,
            architecturetag = $2, version = coalesce(nullif($3, ''), version),
            failnotes = CASE WHEN disabled_by IS NOT NULL THEN failnotes END,
            builderok = disabled_by IS NULL
        WHERE id = $1 AND clean_status = 'CLEANING')",
                                probe.builder, probe.architecture_tag, probe.version);
}

void note_failed_reset(Database& database, BuilderId builder, const std::string& notes) {
    database.execute(
        "UPDATE builder SET failnotes = $2, silent_probes = least(silent_probes, 1) "
        "WHERE id = $1 AND NOT builderok AND disabled_by IS NULL",
        builder, mask_passwords(notes));
}

}  // namespace buildd::db
