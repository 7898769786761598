#include "db/breakers.hpp"

#include "base/text.hpp"

namespace buildd::db {

std::vector<BreakerRow> open_breakers(Database& database) {
    std::vector<BreakerRow> breakers;
    for (Row row : database.query(R"(
             SELECT b.id, b.kind, b.key, b.word, b.trusted, b.words, b.asked,
                 extract(epoch FROM b.longest)::bigint, extract(epoch FROM b.opened)::bigint,
                 b.probe_at <= now(), b.probes,
                 held.jobs, coalesce(held.trusted, false) OR EXISTS (
                     SELECT FROM buildqueue q WHERE q.id = b.probe_job AND q.trusted)
             FROM breaker b CROSS JOIN LATERAL (
                 SELECT count(*) AS jobs, bool_or(trusted) AS trusted FROM buildqueue
                 WHERE held_by = b.id) held
             WHERE b.closed IS NULL ORDER BY b.id)")) {
        BreakerRow& one = breakers.emplace_back();
        row >> one.id >> one.kind >> one.key >> one.word >> one.trusted >> one.words >> one.asked >>
            one.longest >> one.opened >> one.probe_due >> one.probes >> one.held >>
            one.trusted_waits;
    }
    return breakers;
}

std::optional<std::int64_t> open_breaker(Database& database, const BreakerRow& breaker,
                                         std::chrono::seconds probe_in) {
    const Rows rows =
        database.change(R"(
        INSERT INTO breaker (kind, key, word, trusted, words, asked, longest, probe_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8::interval)
        ON CONFLICT (kind, key, word, trusted) WHERE closed IS NULL DO NOTHING RETURNING id)",
                        breaker.kind, breaker.key, breaker.word, breaker.trusted,
                        mask_passwords(breaker.words), breaker.asked, breaker.longest, probe_in);
    if (rows.empty()) return std::nullopt;
    return rows[0].get<std::int64_t>();
}

void note_failed_probe(Database& database, std::int64_t breaker,
                       const std::vector<std::int64_t>& cases, std::chrono::seconds longest,
                       const std::optional<LibraryFileId>& asked) {
    database.execute(R"(
        UPDATE breaker SET longest = greatest(longest, $3::interval), asked = coalesce($4, asked),
            last_probe = (SELECT builder FROM evidence WHERE id = ANY ($2::bigint[])
                ORDER BY id DESC LIMIT 1),
            probe_job = CASE WHEN EXISTS (SELECT FROM buildqueue q
                WHERE q.id = probe_job AND q.builder IS NOT NULL) THEN probe_job END
        WHERE id = $1 AND closed IS NULL)",
                     breaker, cases, longest, asked);
}

void hold_like(Database& database, const std::vector<JobId>& jobs,
               const std::vector<std::optional<std::int64_t>>& breakers) {
    database.execute(R"(
        UPDATE buildqueue SET held_by = free.breaker
        FROM (SELECT q.id, wish.breaker
              FROM unnest($1::bigint[], $2::bigint[]) AS wish (job, breaker)
                  JOIN buildqueue example ON example.id = wish.job
                  JOIN build alike ON alike.id = example.build
                  JOIN build ON build.archive = alike.archive AND build.pocket = alike.pocket
                      AND build.distroarchseries = alike.distroarchseries
                      AND build.buildstate = 'NEEDSBUILD'
                  JOIN buildqueue q ON q.build = build.id
              WHERE q.builder IS NULL AND q.held_by IS NOT DISTINCT FROM example.held_by
                  AND NOT EXISTS (SELECT FROM breaker WHERE probe_job = q.id AND closed IS NULL)
              FOR NO KEY UPDATE OF q SKIP LOCKED) free
        WHERE buildqueue.id = free.id)",
                     jobs, breakers);
}

void hold_of_file(Database& database, std::int64_t breaker, LibraryFileId file, bool trusted) {
    static const std::string needs_it = R"((
        EXISTS (SELECT FROM sourcepackagereleasefile of
            WHERE of.sourcepackagerelease = build.sourcepackagerelease AND of.libraryfile = $2)
        OR coalesce($2 = (SELECT pc.chroot FROM pocketchroot pc
            WHERE pc.distroarchseries = build.distroarchseries
                AND pc.pocket IN (build.pocket, 'RELEASE')
            ORDER BY pc.pocket = build.pocket DESC LIMIT 1), false)))";
    static const std::string sql = R"(
        UPDATE buildqueue SET held_by = CASE WHEN held_by IS NULL THEN $1 END WHERE id IN (
            SELECT q.id FROM buildqueue q JOIN build ON build.id = q.build
            WHERE q.builder IS NULL AND (q.held_by = $1 AND NOT )" +
                                   needs_it +
                                   R"(
                OR q.held_by IS NULL AND ($3 OR NOT q.trusted)
                    AND NOT EXISTS (SELECT FROM breaker WHERE probe_job = q.id AND closed IS NULL)
                    AND )" + needs_it +
                                   ") FOR NO KEY UPDATE OF q SKIP LOCKED)";
    database.execute(sql.c_str(), breaker, file, trusted);
}

bool let_probe_go(Database& database, std::int64_t breaker, std::chrono::seconds next_in) {
    return database.execute(R"(
        WITH next AS (
            SELECT q.id FROM buildqueue q JOIN build ON build.id = q.build
                JOIN archive ON archive.id = build.archive
                JOIN distroarchseries das ON das.id = build.distroarchseries
            WHERE q.held_by = $1 AND q.builder IS NULL AND build.buildstate = 'NEEDSBUILD'
                AND (q.not_before IS NULL OR q.not_before <= now())
                AND archive.enabled AND das.enabled AND build.for_person IS NULL
            ORDER BY q.lastscore DESC, q.created, q.id LIMIT 1 FOR NO KEY UPDATE OF q SKIP LOCKED),
        gone AS (
            UPDATE breaker SET probe_job = next.id, probes = probes + 1,
                probe_at = now() + $2::interval
            FROM next WHERE breaker.id = $1 AND closed IS NULL AND probe_at <= now()
                AND NOT EXISTS (SELECT FROM buildqueue q
                    WHERE q.id = breaker.probe_job AND q.builder IS NULL)
            RETURNING breaker.probe_job)
        UPDATE buildqueue SET held_by = NULL FROM gone WHERE buildqueue.id = gone.probe_job)",
                            breaker, next_in) == 1;
}

void probe_now(Database& database, std::int64_t breaker) {
    database.execute(
        "UPDATE breaker SET probe_at = least(probe_at, now()), asked = NULL "
        "WHERE id = $1 AND closed IS NULL",
        breaker);
}

std::vector<std::string> close_those_without_jobs(Database& database) {
    std::vector<std::string> words;
    for (Row row : database.change(R"(
             UPDATE breaker SET closed = now()
             WHERE closed IS NULL AND word <> 'silent' AND probe_job IS NULL
                 AND NOT EXISTS (SELECT FROM buildqueue WHERE held_by = breaker.id)
                 AND (probe_at < now() - interval '1 day'
                     OR kind = 'chroot' AND NOT EXISTS (
                         SELECT FROM pocketchroot WHERE chroot::text = breaker.key))
             RETURNING words)"))
        words.push_back(row.get<std::string>());
    return words;
}

void close_breaker(Database& database, std::int64_t breaker) {
    Transaction transaction(database);
    database.execute("UPDATE buildqueue SET held_by = NULL WHERE held_by = $1", breaker);
    database.execute(
        "UPDATE breaker SET closed = now(), probe_job = NULL WHERE id = $1 AND closed IS NULL",
        breaker);
    transaction.commit();
}

}  // namespace buildd::db
