// When a build that has ended may go back into the queue, and what is forgotten of its end. Private
// to lib/db: by a person's `build retry` and by itself alike. The query has `build` in scope.
#pragma once

#include <string>

#include "db/made_by.hpp"

namespace buildd::db {

// What would make a further attempt a clash: results that are not settled, packages that are made
// or claimed, another build of the same that is active.
inline const std::string nothing_in_its_way = R"(
    (build.upload_leaf IS NULL
        AND NOT EXISTS (SELECT FROM binaryclaim claim WHERE claim.build = build.id)
        AND )" + made_by + R"( IS NULL
        AND NOT EXISTS (SELECT FROM active_build other
            WHERE other.sourcepackagerelease = build.sourcepackagerelease
                AND other.distroarchseries = build.distroarchseries
                AND other.archive = build.archive AND other.pocket = build.pocket)))";

// Nobody asks by hand: its source is published yet, and there is no later build of the same.
inline const std::string still_wanted = R"(
    (EXISTS (SELECT FROM published_source spph
            JOIN distroarchseries das ON das.distroseries = spph.distroseries
        WHERE spph.sourcepackagerelease = build.sourcepackagerelease
            AND das.id = build.distroarchseries AND spph.archive = build.archive)
        AND NOT EXISTS (SELECT FROM build later
            WHERE later.sourcepackagerelease = build.sourcepackagerelease
                AND later.distroarchseries = build.distroarchseries
                AND later.archive = build.archive AND later.pocket = build.pocket
                AND later.id > build.id)))";

// Of buildattempt `a`: it ended CHROOTFAIL, no other verdict on `build` came after it, no person
// has had that tried again since, and it was not taken back.
inline const std::string equal_chroot_answer = R"(
    (a.build = build.id AND a.outcome = 'CHROOTFAIL' AND a.taken_back IS NULL
        AND (build.retried IS NULL OR a.finished > build.retried)
        AND NOT EXISTS (SELECT FROM buildattempt other
            WHERE other.build = a.build AND other.id > a.id
                AND other.outcome IN ('OK', 'PACKAGEFAIL', 'DEPFAIL'))))";

// SET of it, back to NEEDSBUILD.
inline const std::string built_anew =
    "buildstate = 'NEEDSBUILD', datebuilt = NULL, buildduration = NULL, builder = NULL, "
    "buildlog = NULL, upload_log = NULL, dependencies = NULL";

}  // namespace buildd::db
