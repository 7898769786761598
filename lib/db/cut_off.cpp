#include "db/cut_off.hpp"

namespace buildd::db {

std::vector<BuilderAddress> builder_addresses(Database& database) {
    std::vector<BuilderAddress> builders;
    for (Row row : database.query("SELECT id, url, trusted FROM builder")) {
        BuilderAddress& one = builders.emplace_back();
        row >> one.id >> one.url >> one.trusted;
    }
    return builders;
}

void cut_off(Database& database, std::int64_t breaker, const std::vector<BuilderId>& builders) {
    database.execute(R"(
        UPDATE builder SET cut_off_by = CASE WHEN id = ANY ($2::bigint[]) THEN $1::bigint END
        WHERE (cut_off_by = $1 AND NOT id = ANY ($2)) OR (cut_off_by IS NULL AND id = ANY ($2)
            AND id IS DISTINCT FROM (SELECT last_probe FROM breaker WHERE id = $1)))",
                     breaker, builders);
}

void cut_off_again(Transaction& transaction, std::int64_t breaker,
                   const std::vector<std::int64_t>& cases) {
    transaction.execute(
        "UPDATE builder SET cut_off_by = $1 WHERE cut_off_by IS NULL AND id IN (SELECT builder "
        "FROM evidence WHERE id = ANY ($2::bigint[]))",
        breaker, cases);
}

bool let_builder_go(Database& database, std::int64_t breaker, std::chrono::seconds next_in) {
    return database.execute(R"(
        WITH next AS (
            SELECT b.id, breaker.last_probe
            FROM breaker JOIN builder b ON b.cut_off_by = breaker.id
            WHERE breaker.id = $1 AND breaker.closed IS NULL AND breaker.probe_at <= now()
                AND b.builderok AND NOT b.manual AND b.drained_by IS NULL
                AND coalesce(b.quarantined_until <= now(), true)
                AND NOT EXISTS (SELECT FROM buildqueue q WHERE q.builder = b.id)
            ORDER BY breaker.trusted AND NOT b.trusted, b.id <= coalesce(breaker.last_probe, 0),
                b.id
            LIMIT 1 FOR NO KEY UPDATE OF b SKIP LOCKED),
        tried AS (
            UPDATE breaker SET last_probe = next.id, probes = probes + 1,
                probe_at = now() + $2::interval
            FROM next WHERE breaker.id = $1)
        UPDATE builder SET cut_off_by = CASE WHEN builder.id <> next.id THEN $1::bigint END
        FROM next WHERE builder.id IN (next.id, next.last_probe))",
                            breaker, next_in) > 0;
}

}  // namespace buildd::db
