// Another build that has made a build's packages. Private to lib/db.
#pragma once

#include <string>

namespace buildd::db {

// The id of another build of its source whose binaries of its architecture its archive holds, so
// that none of its own could be taken in: mostly one for another series, where the binaries are the
// same. Null: there is none. The query has `build` in scope. Not a function of the database's,
// which would cost each job of a claim more than all the rest of its row.
inline const std::string made_by = R"((
    SELECT twin.id FROM build twin JOIN distroarchseries made ON made.id = twin.distroarchseries
    WHERE twin.sourcepackagerelease = build.sourcepackagerelease AND twin.archive = build.archive
        AND twin.id <> build.id AND twin.buildstate = 'FULLYBUILT'
        AND made.architecturetag = (SELECT mine.architecturetag FROM distroarchseries mine
            WHERE mine.id = build.distroarchseries)
        AND EXISTS (SELECT FROM binarypackagerelease bpr WHERE bpr.build = twin.id)
    LIMIT 1))";

}  // namespace buildd::db
