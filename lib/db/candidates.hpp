// Which jobs dispatch reads at all (spec: behaviour §8, "Candidates"). Private to lib/db: the queue
// is read by it and explained by it (L42).
//
// The query has buildqueue q, build, archive and distroarchseries das in scope.
#pragma once

#include <string>

namespace buildd::db {

inline const std::string candidate_condition = R"(
    (q.builder IS NULL AND q.parked_by IS NULL AND (q.not_before IS NULL OR q.not_before <= now())
        AND build.buildstate = 'NEEDSBUILD' AND archive.enabled AND das.enabled))";

// As policy/fit.hpp has it, of one that has these `tags` and refuses sources of these LIKE patterns
// (null: none). Cases, here and below, since the planner takes a bare test of an array for one that
// next to no job passes, and would read and sort them all instead of the index.
inline std::string is_fit_for(const std::string& tags, const std::string& refused) {
    return "CASE WHEN q.tags = '{}' THEN true ELSE q.tags <@ " + tags + " END AND CASE WHEN " +
           refused + R"( IS NULL THEN true ELSE NOT EXISTS (
        SELECT FROM sourcepackagerelease spr
            JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
        WHERE spr.id = build.sourcepackagerelease AND spn.name LIKE ANY ()" +
           refused + ")) END";
}

}  // namespace buildd::db
