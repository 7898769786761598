// The chroot and the sources of a job: its builder is told to fetch them, one after the other.
#pragma once

#include "farm/start_build.hpp"

namespace buildd::farm {

// All are there, or why not. Who is to blame for one that could not be fetched tells the file's own
// server. `start` notes which file is waited for. Throws worker::Cut.
net::Task<StartResult> send_files(StartContext context, Start& start);

// A call before build() has failed.
StartResult setup_failure(const worker::CallError& error, const Start& start);

}  // namespace buildd::farm
