// Which jobs dispatch reads at all (spec: behaviour §8, "Candidates"). Private to lib/db: the queue
// is read by it and explained by it (L42).
//
// The query has buildqueue q, build, archive and distroarchseries das in scope.
#pragma once

#include <cstdlib>
#include <fmt/format.h>
#include <string>

#include "base/text.hpp"
#include "model/build.hpp"
#include "model/past.hpp"

namespace buildd::db {

// Whether a breaker holds it or not.
inline const std::string could_start = R"(
    q.builder IS NULL AND q.parked_by IS NULL AND (q.not_before IS NULL OR q.not_before <= now())
        AND build.buildstate = 'NEEDSBUILD' AND archive.enabled AND das.enabled)";
inline const std::string candidate_condition = "(" + could_start + " AND q.held_by IS NULL)";

// As policy/fit.hpp has it, of one that has these `tags` and refuses sources that match these
// globs. Cases, here and below, since the planner takes a bare test of an array for one that next
// to no job passes, and would read and sort them all instead of the index.
inline std::string is_fit_for(const std::string& tags, const std::string& refuses) {
    return "CASE WHEN q.tags = '{}' THEN true ELSE q.tags <@ " + tags + " END AND CASE WHEN " +
           refuses + R"( = '{}' THEN true ELSE NOT EXISTS (
        SELECT FROM sourcepackagerelease spr
            JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
        WHERE spr.id = build.sourcepackagerelease AND spn.name LIKE ANY (refused_patterns()" +
           refuses + "))) END";
}

// Of a builder: it takes jobs.
inline std::string in_use_of(const std::string& b) {
    return b + ".builderok AND NOT " + b + ".manual AND " + b + ".drained_by IS NULL AND " + b +
           ".quarantined_until IS NULL AND " + b + ".cut_off_by IS NULL";
}
inline const std::string in_use = in_use_of("b");

// It may be given a job now: as in_use, or its rest is over and the job is its canary.
inline const std::string may_be_given_a_job =
    "b.builderok AND NOT b.manual AND b.drained_by IS NULL AND b.cut_off_by IS NULL "
    "AND coalesce(b.quarantined_until <= now(), true)";

// It is in use, and what it says may be believed.
inline const std::string is_witness =
    in_use + " AND b.suspicion < " + fmt::to_string(witness_below);

inline const std::string failed_it_lately = R"(e.build = build.id AND e.taken_back IS NULL
    AND (e.counted_build OR e.outcome IN ('PACKAGEFAIL', 'CHROOTFAIL'))
    AND e.at > greatest(build.retried, now() - interval '12 hours'))";

// How many others in use of the kind that it needs may not have `build`, though they have not
// failed it; of a job that needs no tag.
inline const std::string unfit_in_use = R"((
    SELECT count(*) FROM builder b
    WHERE (b.reserved OR b.refuses <> '{}') AND b.architecturetag = das.architecturetag
        AND b.trusted = is_trusted(archive.purpose) AND )" +
                                        in_use + R"(
        AND (b.reserved OR spn.name LIKE ANY (refused_patterns(b.refuses)))
        AND NOT EXISTS (SELECT FROM evidence e WHERE e.builder = b.id AND )" +
                                        failed_it_lately + "))";

// Ids of the builders that failed `build` lately, blank-separated, negative of those that are not
// in use, 0 where the build is asked again, and x with how many others may not have it; null: none.
// Most builds have never failed, and cost nothing.
inline const std::string failed_on_column = R"(
    CASE WHEN build.failure_count > 0 OR build.asked_again IS NOT NULL
            OR build.tried_again IS NOT NULL THEN (
        SELECT concat_ws(' ', CASE WHEN build.asked_again > coalesce(build.retried, '-infinity')
                THEN 0 END, string_agg(DISTINCT (CASE WHEN )" +
                                            in_use + R"( THEN b.id ELSE -b.id END)::text, ' '))
        FROM evidence e JOIN builder b ON b.id = e.builder WHERE )" +
                                            failed_it_lately + ") || ' x' || " + unfit_in_use +
                                            " END";

inline JobDemands read_demands(const std::string& tags, const std::string& failed_on) {
    JobDemands demands{split_words(tags)};
    for (const auto& word : split_words(failed_on)) {
        if (word.front() == 'x') {
            demands.unable_in_use += static_cast<int>(parse_int(word.substr(1)).value_or(0));
            continue;
        }
        const std::int64_t id = parse_int(word).value_or(0);
        if (id == 0) demands.asked_again = true;
        if (id != 0) demands.failed_on.push_back({std::abs(id)});
        if (id > 0) ++demands.unable_in_use;
    }
    return demands;
}

}  // namespace buildd::db
