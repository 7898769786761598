#include "db/breakers.hpp"

#include "base/text.hpp"

namespace buildd::db {

std::vector<BreakerRow> open_breakers(Database& database) {
    std::vector<BreakerRow> breakers;
    for (Row row : database.query(R"(
             SELECT b.id, b.kind, b.key, b.word, b.trusted, b.words, b.asked,
                 extract(epoch FROM b.longest)::bigint, extract(epoch FROM b.opened)::bigint,
                 b.probes, b.probe_at <= now(),
                 CASE WHEN probe.id IS NOT NULL AND probe.builder IS NULL
                     THEN extract(epoch FROM now() - last.at)::bigint END,
                 last.build IS NOT NULL AND probe.id IS NULL AND NOT EXISTS (
                     SELECT FROM buildqueue WHERE build = last.build) AND NOT EXISTS (
                     SELECT FROM evidence WHERE evidence.build = last.build AND at >= last.at),
                 probe.id IS NOT NULL, 
                 extract(epoch FROM now() - b.last_case)::bigint,
                 (SELECT count(*) FROM builder WHERE cut_off_by = b.id), held.jobs,
                 coalesce(greatest(held.trusted, probe.trusted), true)
             FROM breaker b
                 CROSS JOIN LATERAL (SELECT count(*) AS jobs, bool_or(trusted) AS trusted
                     FROM buildqueue WHERE held_by = b.id) held
                 LEFT JOIN buildqueue probe ON probe.id = b.probe_job
                 LEFT JOIN LATERAL (SELECT build, at FROM breakerprobe
                     WHERE breaker = b.id ORDER BY at DESC LIMIT 1) last ON true
             WHERE b.closed IS NULL ORDER BY b.id)")) {
        BreakerRow& one = breakers.emplace_back();
        row >> one.id >> one.kind >> one.key >> one.word >> one.trusted >> one.words >> one.asked >>
            one.longest >> one.opened >> one.probes >> one.probe_due >> one.probe_unclaimed >>
            one.probe_gone >> one.has_probe >> one.quiet >> one.builders >> one.held >>
            one.trusted_waits;
    }
    return breakers;
}

std::optional<std::int64_t> open_breaker(Transaction& transaction, const BreakerRow& breaker,
                                         std::chrono::seconds probe_in) {
    const Rows rows =
        transaction.change(R"(
        INSERT INTO breaker (kind, key, word, trusted, words, asked, longest, probe_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8::interval)
        ON CONFLICT (kind, key, word, trusted) WHERE closed IS NULL DO NOTHING RETURNING id)",
                           breaker.kind, breaker.key, breaker.word, breaker.trusted,
                           mask_passwords(breaker.words), breaker.asked, breaker.longest, probe_in);
    if (rows.empty()) return std::nullopt;
    return rows[0].get<std::int64_t>();
}

void note_failed_probe(Transaction& transaction, std::int64_t breaker,
                       const std::vector<std::int64_t>& cases, std::chrono::seconds longest,
                       const std::optional<LibraryFileId>& asked) {
    transaction.execute(R"(
        UPDATE breaker SET longest = greatest(longest, $3::interval), asked = coalesce($4, asked),
            last_probe = (SELECT builder FROM evidence WHERE id = ANY ($2::bigint[])
                ORDER BY id DESC LIMIT 1),
            last_case = now(), probe_job = CASE WHEN NOT EXISTS (
                SELECT FROM buildqueue q JOIN evidence e ON e.build = q.build
                WHERE q.id = probe_job AND e.id = ANY ($2::bigint[])) THEN probe_job END
        WHERE id = $1 AND closed IS NULL)",
                        breaker, cases, longest, asked);
}

void close_breaker(Database& database, std::int64_t breaker) {
    Transaction transaction(database);
    transaction.execute("UPDATE buildqueue SET held_by = NULL WHERE held_by = $1", breaker);
    transaction.execute("UPDATE builder SET cut_off_by = NULL WHERE cut_off_by = $1", breaker);
    transaction.execute(
        "UPDATE breaker SET closed = now(), probe_job = NULL WHERE id = $1 AND closed IS NULL",
        breaker);
    transaction.commit();
}

}  // namespace buildd::db
