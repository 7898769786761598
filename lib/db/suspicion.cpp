#include "db/suspicion.hpp"

#include "db/build_again.hpp"
#include "db/candidates.hpp"

namespace buildd::db {

namespace {

constexpr int peers_read = 500;
const std::string first_rest = "interval '15 min'";  // policy::quarantine_length

// A quarantine's age is none where there is no quarantine.
const std::string record_columns =
    "b.failure_count, b.suspicion, b.quarantines, "
    "extract(epoch FROM now() - b.quarantined_since)::bigint, CASE WHEN b.quarantined_until > "
    "now() "
    "THEN ceil(extract(epoch FROM b.quarantined_until - now()))::bigint END";

void read_record(Row& row, BuilderFacts& builder) {
    row >> builder.failure_count >> builder.suspicion >> builder.quarantines >>
        builder.quarantined >> builder.rests;
}

// How many peers of b in use may not have the build's job q, of those that are so.
std::string unfit_peers_that(const std::string& condition) {
    return "SELECT count(*) FROM builder peer WHERE (" + condition +
           ") AND peer.id <> b.id AND peer.trusted = b.trusted AND peer.architecturetag = "
           "b.architecturetag AND " +
           in_use_of("peer") + " AND NOT ((NOT peer.reserved OR q.tags <> '{}') AND " +
           is_fit_for("peer.tags", "peer.refuses") + ")";
}

// Those that count against the build, and PACKAGEFAIL that was not believed.
const std::string spoke_of_build =
    "e.build = build.id AND e.taken_back IS NULL AND (e.counted_build OR e.outcome = "
    "'PACKAGEFAIL') "
    "AND e.at > coalesce(build.retried, '-infinity')";

// With what need no tag few builders are looked at: those that may not have all.
const std::string unfit_peers = "(CASE WHEN q.tags = '{}' THEN (" +
                                unfit_peers_that("peer.reserved OR peer.refuses <> '{}'") +
                                ") ELSE (" + unfit_peers_that("true") + ") END)";

const std::string past_sql = "SELECT " + record_columns + R"(,
    EXISTS (SELECT FROM evidence e
            JOIN build other ON other.id = e.build
            JOIN archive its ON its.id = other.archive
            JOIN sourcepackagerelease other_spr ON other_spr.id = other.sourcepackagerelease
        WHERE e.builder = b.id AND e.weight > 0 AND e.taken_back IS NULL
            AND e.at > now() - interval '1 day'
            AND (other_spr.sourcepackagename = spr.sourcepackagename
                OR ($5 AND e.outcome = 'CHROOTFAIL' AND archive.purpose = 'PPA'
                    AND (its.id = archive.id OR its.owner = archive.owner)))),
    peers.failed, peers.ended, others.builders, others.silent,
    coalesce(build.asked_again > coalesce(build.retried, '-infinity'), false), )" +
                             unfit_peers + R"(, canaries.failed,
    coalesce(extract(epoch FROM now() - canaries.first), 0)::bigint,
    $5 AND EXISTS (SELECT FROM buildattempt a WHERE )" +
                             equal_chroot_answer + R"()
FROM builder b
    JOIN build ON build.id = $2
    LEFT JOIN buildqueue q ON q.build = build.id
    JOIN archive ON archive.id = build.archive
    JOIN sourcepackagerelease spr ON spr.id = build.sourcepackagerelease
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE said.outcome = 'PACKAGEFAIL') AS failed, count(*) AS ended
        FROM (SELECT e.outcome FROM evidence e
                  JOIN builder peer ON peer.id = e.builder
                  JOIN build other ON other.id = e.build
              WHERE e.at > now() - interval '6 hours' AND e.outcome IN ('OK', 'PACKAGEFAIL')
                  AND peer.id <> b.id AND peer.trusted = b.trusted
                  AND peer.architecturetag = b.architecturetag
                  AND peer.suspicion <= $3::double precision AND other.archive = build.archive
              ORDER BY e.at DESC LIMIT $4) said) peers
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT e.builder) AS builders,
            count(DISTINCT e.builder) FILTER (WHERE e.outcome = 'SILENT') AS silent
        FROM evidence e WHERE e.builder <> b.id AND e.counted_build AND )" +
                             spoke_of_build + R"() others
    CROSS JOIN LATERAL (
        SELECT count(*) AS failed, min(e.at) AS first FROM evidence e
        WHERE e.builder = b.id AND e.at > b.quarantined_since + )" +
                             first_rest + R"(
            AND e.taken_back IS NULL AND (e.counted_builder OR e.outcome = 'PACKAGEFAIL')) canaries
WHERE b.id = $1)";

const std::string witness_columns = "SELECT e.id, b.id, b.name, " + record_columns + R"(,
    e.outcome, e.weight, e.counted_builder, coalesce(e.at > b.quarantined_since + )" +
                                    first_rest + R"(, false)
FROM build JOIN evidence e ON e.build = build.id JOIN builder b ON b.id = e.builder WHERE )";

const std::string in_order = " ORDER BY b.id, e.id FOR UPDATE OF b";

std::vector<Witness> read_rows(const Rows& rows) {
    std::vector<Witness> witnesses;
    for (Row row : rows) {
        Witness& one = witnesses.emplace_back();
        row >> one.evidence >> one.builder.id >> one.builder.name;
        read_record(row, one.builder);
        row >> one.outcome >> one.weight >> one.counted >> one.canary;
    }
    return witnesses;
}

}  // namespace

Past read_past(Database& database, BuildId build, Outcome outcome, BuilderFacts& builder) {
    Past past;
    const Rows rows = database.query(past_sql.c_str(), builder.id, build, suspect_above, peers_read,
                                     outcome == Outcome::CHROOTFAIL);
    Row row = rows[0];
    read_record(row, builder);
    row >> past.source_counted >> past.peers_package_failed >> past.peers_all >>
        past.other_builders >> past.other_silent_builders >> past.asked_again >> past.unfit_peers >>
        past.failed_canaries.count >> past.failed_canaries.since_first >> past.chroot_failed;
    return past;
}

bool write_suspicion(Transaction& transaction, BuilderId builder, int failures_before, int failures,
                     const SuspicionEdit& edit) {
    const auto rest = edit.rest ? std::optional(edit.rest->count()) : std::nullopt;
    return transaction.execute_one(R"(
        UPDATE builder SET failure_count = $3, suspicion = $5, quarantines = $6,
            quarantined_until = CASE WHEN $8::boolean THEN NULL WHEN $7::integer IS NULL THEN quarantined_until
                ELSE now() + make_interval(mins => $7) END,
            quarantined_since = CASE WHEN $8 THEN NULL WHEN $7 IS NULL THEN quarantined_since
                ELSE coalesce(quarantined_since, now()) END,
            quarantine_reason = CASE WHEN $8 THEN NULL WHEN $7 IS NULL THEN quarantine_reason
                ELSE $9::text END
        WHERE id = $1 AND failure_count = $2 AND suspicion = $4)",
                                   builder, failures_before, failures, edit.before, edit.after,
                                   edit.quarantines, rest, edit.over, mask_passwords(edit.reason));
}

std::vector<Witness> read_witnesses(Database& database, BuildId build, BuilderId but_for) {
    static const std::string sql =
        witness_columns + "build.id = $1 AND b.id <> $2 AND " + spoke_of_build + in_order;
    return read_rows(database.query(sql.c_str(), build, but_for));
}

std::vector<Witness> read_witnesses(Database& database, const std::vector<std::int64_t>& evidence) {
    static const std::string sql = witness_columns + "e.id = ANY ($1::bigint[])" + in_order;
    return read_rows(database.query(sql.c_str(), evidence));
}

void clear_builders_of(Transaction& transaction, const std::vector<std::int64_t>& evidence) {
    transaction.execute(
        "UPDATE evidence SET weight = 0, counted_builder = false WHERE id = ANY ($1::bigint[])",
        evidence);
}

}  // namespace buildd::db
