#include "db/verdicts.hpp"

#include "db/build_again.hpp"

namespace buildd::db {

namespace {

const std::string ask_again_sql = R"(
    WITH doubted AS (
        SELECT build.id, e.attempt, e.queued, e.score
        FROM evidence e JOIN build ON build.id = e.build
        WHERE e.builder = $1 AND e.outcome = 'PACKAGEFAIL' AND e.taken_back IS NULL
            AND e.at > now() - interval '2 hours'
            AND e.attempt = (SELECT max(id) FROM buildattempt last WHERE last.build = build.id)
            AND build.buildstate = 'FAILEDTOBUILD'
            AND (build.retried IS NULL OR build.retried < e.at)
            AND (build.asked_again IS NULL OR build.asked_again <= build.retried)
            AND )" + nothing_in_its_way +
                                  " AND " + still_wanted + R"(
        FOR UPDATE OF build SKIP LOCKED),
    moved AS (
        UPDATE build SET asked_again = now(), )" +
                                  built_anew + R"(
        FROM doubted WHERE build.id = doubted.id RETURNING build.id),
    told AS (
        UPDATE buildattempt SET detail = concat_ws('; ', detail, $2::text)
        FROM doubted WHERE buildattempt.id = doubted.attempt)
    INSERT INTO buildqueue (build, created, lastscore)
    SELECT id, coalesce(queued, now()), coalesce(score, 0) FROM doubted
    WHERE id IN (SELECT id FROM moved)
    RETURNING build)";

void add_told(Database& database, const std::vector<BuildId>& builds,
              std::vector<AskedAgain>& again) {
    for (Row row : database.query(R"(
             SELECT mail.build, mail.recipient,
                 bool_or(mail.message LIKE E'%\nX-Creator-Recipient: %')
             FROM mailqueue mail
                 JOIN buildattempt last ON last.id = (
                     SELECT max(id) FROM buildattempt WHERE buildattempt.build = mail.build)
             WHERE mail.build = ANY ($1::bigint[]) AND mail.datecreated >= last.finished
             GROUP BY 1, 2 ORDER BY 1, 2)",
                                  builds)) {
        const auto build = row.get<BuildId>();
        for (auto& one : again) {
            if (one.build != build) continue;
            Recipient& told = one.told.emplace_back();
            row >> told.address >> told.creator;
        }
    }
}

}  // namespace

std::vector<AskedAgain> ask_verdicts_again(Transaction& transaction, BuilderId builder,
                                           const std::string& why) {
    std::vector<BuildId> builds;
    std::vector<AskedAgain> again;
    for (Row row : transaction.change(ask_again_sql.c_str(), builder, mask_passwords(why)))
        again.push_back({builds.emplace_back(row.get<BuildId>()), {}});
    add_told(transaction, builds, again);
    return again;
}

std::vector<AskedAgain> who_was_told(Database& database, const std::vector<BuildId>& builds) {
    std::vector<AskedAgain> told;
    for (const auto build : builds) told.push_back({build, {}});
    add_told(database, builds, told);
    return told;
}

std::vector<BuildId> built_well(Database& database, BuilderId builder) {
    std::vector<BuildId> builds;
    for (Row row :
         database.query("SELECT DISTINCT build FROM evidence WHERE builder = $1 AND outcome = 'OK' "
                        "AND at > now() - interval '2 hours' ORDER BY build DESC",
                        builder))
        builds.push_back(row.get<BuildId>());
    return builds;
}

}  // namespace buildd::db
