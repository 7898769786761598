// Names that the farm gives and names that it accepts.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/build.hpp"

namespace buildd::policy {

// `buildlog_<distro>-<series>-<archtag>.<source>_<version>_<STATE>.txt.gz`, with the final state
// (spec: behaviour §4). Versions keep their epoch.
std::string build_log_name(const BuildFacts& build, BuildState state);

// `upload_<build id>_<leaf>.log`: the upload log as the librarian keeps it.
std::string upload_log_name(BuildId build, std::string_view leaf);

// `<YYYYMMDD-HHMMSS>-<cookie>`, UTC (§5.3).
std::string leaf_name(std::chrono::system_clock::time_point now, const Cookie& cookie);
Result<Cookie> leaf_cookie(std::string_view leaf);

// Below a leaf: `<distro>`, for PPAs `~<owner>/<distro>` (§5.3).
std::string leaf_path(const BuildFacts& build);

// May a builder's result be called so? Letters, digits and `.+~_:=-`, no leading `-` or `.` (L20):
// no path and no word that a shell or another tool takes for more than a name. Error: why not.
Result<void> check_result_name(std::string_view name);

// May a thing in the farm be called so? The schema's domain farmname: lower-case letters, digits
// and `+._-`, a letter or digit first. Error: that rule.
Result<void> check_farm_name(std::string_view name);

}  // namespace buildd::policy
