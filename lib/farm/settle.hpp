// What an uploader made of a leaf, read from the database and the folders it lies in.
#pragma once

#include <string>

#include "db/uploads.hpp"
#include "farm/farm.hpp"

namespace buildd::farm {

// All empty: none was run, or it did as it should.
struct UploaderEnd {
    std::string problem;        // "exit status 2", "killed by signal 9" …
    std::string output;         // of stdout and stderr
    std::string detail;         // noted for the build instead of the problem
    bool admins_alone = false;  // the results are not to blame: nobody else is told
};

// `uploading` was read when no uploader was at work on it any more; the caller holds the leaf's
// lock. One transaction: state, upload log, mail; then the record of its uploader is removed. What
// fails us leaves the build for the next round.
void settle(Farm& farm, const db::UploadingBuild& uploading, const UploaderEnd& end);

// Removes the records of a leaf's uploader and of its publish_command, unless one still runs. The
// caller holds the leaf's lock.
void forget_children(const Farm& farm, const std::string& leaf);

}  // namespace buildd::farm
