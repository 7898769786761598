// The metrics file: Prometheus text format for node_exporter's textfile collector or any web server
// (buildd-master.conf(5), metrics_file).
#pragma once

#include "base/result.hpp"
#include "base/settings.hpp"
#include "db/database.hpp"
#include "farm/report.hpp"

namespace buildd::farm {

// Replaces the file at the end of a pass; does nothing when the setting is empty. The counters go
// on from the file's old ones by what the pass did. The error names the setting.
Result<void> write_metrics(const Settings& settings, db::Database& database, const Report& report);

}  // namespace buildd::farm
