// What an uploader made of a leaf, read from the database and the folders it lies in.
#pragma once

#include <string>

#include "db/uploads.hpp"
#include "farm/farm.hpp"

namespace buildd::farm {

struct UploaderEnd {
    bool ran = false;          // by this pass
    std::string problem;       // "exit status 2", "killed by signal 9" …; empty: it succeeded
    std::string output;        // of stdout and stderr
    bool unavailable = false;  // ours met a full disk or no database: for the next pass
};

// The caller holds the leaf's lock. One transaction: state, upload log, mail.
void settle(Farm& farm, const db::UploadingBuild& before, const UploaderEnd& end);

}  // namespace buildd::farm
