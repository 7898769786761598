// Fetching a job's results: `<root>/grabbing/<cookie>/` → `<root>/incoming/<leaf>/`
// (spec: behaviour §5.3).
#pragma once

#include <string>

#include "farm/build_log.hpp"
#include "farm/farm.hpp"
#include "model/build.hpp"
#include "model/worker_status.hpp"

namespace buildd::farm {

// Every file verified and durable in the job's folder. What was verified before is not read again;
// what is there in part is gone on with, now or by the next pass. `turn`: is had.
net::Task<Result<void, FetchError>> gather(const Farm& farm, BuilderSession& session,
                                           const RunningJob& job, FileMap files, Turn& turn);

// These files, all gathered, become a leaf; answers its name. Just before the commit that names it;
// blocks on the disk.
Result<std::string, FetchError> move_to_incoming(const Farm& farm, const RunningJob& job,
                                                 const FileMap& files);

}  // namespace buildd::farm
