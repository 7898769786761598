// Which jobs dispatch reads at all (spec: behaviour §8, "Candidates"). Private to lib/db: the queue
// is read by it and explained by it (L42).
//
// The query has buildqueue q, build, archive and distroarchseries das in scope.
#pragma once

#include <string>

namespace buildd::db {

inline const std::string candidate_condition = R"(
    (q.builder IS NULL AND (q.not_before IS NULL OR q.not_before <= now())
        AND build.buildstate = 'NEEDSBUILD' AND archive.enabled AND das.enabled))";

}  // namespace buildd::db
