// The program that takes leaves in: how it is called, and what its end says of each leaf.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/uploads.hpp"
#include "farm/farm.hpp"
#include "net/process.hpp"
#include "policy/examination.hpp"
#include "supervise/supervise.hpp"

namespace buildd::farm {

using UploaderResult = Result<supervise::ChildEnd>;

// Only the program's own takes several leaves, and only while nothing of an admin's is run for
// them, which may hang.
bool takes_several(const Settings& settings);

// `<uploader…>`, and for each leaf `--log-file L -d D -s S -b ID -J LEAF`, then ROOT. `lock_fds`:
// of the leaves' locks, which it inherits.
net::Command uploader_command(const Farm& farm, const std::vector<db::UploadingBuild>& leaves,
                              const std::vector<int>& lock_fds);

// Ours only moves the leaf of a build that is FULLYBUILT: it died right after its COMMIT.
Result<bool> must_run(const Farm& farm, const db::UploadingBuild& uploading);

// What an end says of one of the leaves that it was given; nullopt: it did not come to it.
std::optional<UploaderResult> end_for(const Farm& farm, const std::string& leaf,
                                      const UploaderResult& end);

policy::UploaderExit exit_of(const Farm& farm, const UploaderResult& end);

// The out-of-memory killer, a reboot and an admin end it by SIGKILL and SIGTERM: no leaf does.
bool ended_by_its_leaf(const policy::UploaderExit& how, const UploaderResult& end);

// Why the results were not examined, in one line: the program's own uploader says it last.
std::string why_not(const Farm& farm, const UploaderResult& end);

// The environment variable that tells process-upload which inherited descriptors hold the locks,
// separated by commas.
inline constexpr const char* lock_fds_variable = "BUILDD_MASTER_LEAF_LOCK_FDS";

}  // namespace buildd::farm
