// The papers of an attempt: .changes and .buildinfo stay in the librarian whatever becomes of its
// upload and its leaf.
#pragma once

#include <string>
#include <vector>

#include "farm/farm.hpp"
#include "model/build.hpp"
#include "model/worker_status.hpp"

namespace buildd::farm {

struct Papers {
    std::vector<StoredFile> stored;  // to be kept once their rows are committed
    std::vector<LibraryFile> files;
};

// Those of `files`, all of which are gathered; no more than ten, and none larger than 8 MiB.
net::Task<Result<Papers>> store_papers(const Farm& farm, const RunningJob& job,
                                       const FileMap& files);

}  // namespace buildd::farm
