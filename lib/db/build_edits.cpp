#include "db/build_edits.hpp"

#include "db/claims.hpp"
#include "db/made_by.hpp"

namespace buildd::db {

std::optional<BuildId> other_active_build(Database& database, BuildId build) {
    const Rows rows = database.query(R"(
        SELECT other.id FROM build JOIN active_build other
            USING (sourcepackagerelease, distroarchseries, archive, pocket)
        WHERE build.id = $1 AND other.id <> $1)",
                                     build);
    if (rows.empty()) return std::nullopt;
    return rows[0].get<BuildId>();
}

Clashes read_clashes(Database& database, BuildId build) {
    const Rows made =
        database.query(("SELECT " + made_by + " FROM build WHERE id = $1").c_str(), build);
    return {other_active_build(database, build), made[0].get<std::optional<BuildId>>(),
            has_claims(database, build)};
}

// The job first, as everywhere, so that no two lock each other out.
bool cancel_pending(Transaction& transaction, BuildId build) {
    transaction.execute("DELETE FROM buildqueue WHERE build = $1 AND builder IS NULL", build);
    return transaction.execute_one(
        "UPDATE build SET buildstate = 'CANCELLED' WHERE id = $1 "
        "AND buildstate = 'NEEDSBUILD' "
        "AND NOT EXISTS (SELECT 1 FROM buildqueue WHERE build = $1)",
        build);
}

bool cancel_running(Transaction& transaction, BuildId build) {
    const Rows jobs = transaction.query(
        "SELECT 1 FROM buildqueue WHERE build = $1 AND builder IS NOT NULL FOR UPDATE", build);
    return !jobs.empty() && transaction.execute_one(
                                "UPDATE build SET buildstate = 'CANCELLING' WHERE id = $1 "
                                "AND buildstate = 'BUILDING'",
                                build);
}

std::optional<JobScore> read_score(Database& database, BuildId build) {
    const Rows rows = database.query(
        "SELECT id, builder IS NOT NULL, lastscore, manual FROM buildqueue WHERE build = $1",
        build);
    if (rows.empty()) return std::nullopt;
    JobScore score;
    Row row = rows[0];
    row >> score.job >> score.running >> score.score >> score.manual;
    return score;
}

bool set_score(Database& database, const JobScore& before, int score, bool manual) {
    return database.execute_one(
        "UPDATE buildqueue q SET lastscore = $4::integer, manual = $5, "
        "given_score = CASE WHEN $5 THEN $4::integer END, given_at = CASE WHEN $5 THEN "
        "coalesce("
        "(SELECT at FROM waitingclock clock WHERE clock.trusted = q.trusted "
        "AND clock.architecturetag = q.architecturetag), now()) END WHERE id = $1 "
        "AND builder IS NULL AND lastscore = $2 AND manual = $3",
        before.job, before.score, before.manual, score, manual);
}

std::optional<JobHold> read_hold(Database& database, BuildId build) {
    const Rows rows = database.query(
        "SELECT builder IS NOT NULL, coalesce(parked_by, ''), coalesce(park_reason, '') "
        "FROM buildqueue WHERE build = $1",
        build);
    if (rows.empty()) return std::nullopt;
    JobHold hold;
    Row row = rows[0];
    row >> hold.running >> hold.by >> hold.reason;
    return hold;
}

bool set_hold(Database& database, BuildId build, const JobHold& before, const JobHold& hold) {
    return database.execute_one(
        "UPDATE buildqueue SET parked_by = nullif($4, ''), park_reason = nullif($5, '') "
        "WHERE build = $1 AND builder IS NULL AND coalesce(parked_by, '') = $2 "
        "AND coalesce(park_reason, '') = $3",
        build, before.by, before.reason, hold.by, hold.reason);
}

std::optional<std::string> last_leaf(Database& database, BuildId build) {
    const Rows rows = database.query(
        "SELECT leaf FROM buildattempt WHERE build = $1 ORDER BY id DESC LIMIT 1", build);
    if (rows.empty()) return std::nullopt;
    return rows[0].get<std::optional<std::string>>();
}

bool start_reupload(Database& database, BuildId build, const std::string& leaf) {
    return database.execute_one(
        "UPDATE build SET buildstate = 'UPLOADING', upload_leaf = $2 WHERE id = $1 "
        "AND buildstate = 'FAILEDTOUPLOAD' AND upload_leaf IS NULL",
        build, leaf);
}

bool stop_reupload(Database& database, BuildId build, const std::string& leaf) {
    return database.execute_one(
        "UPDATE build SET buildstate = 'FAILEDTOUPLOAD', upload_leaf = NULL WHERE id = $1 "
        "AND buildstate = 'UPLOADING' AND upload_leaf = $2",
        build, leaf);
}

}  // namespace buildd::db
