// What the metrics file shows of the farm (buildd-master.conf(5), metrics_file).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"

namespace buildd::db {

// One value of a metric; only the labels that it has are set.
struct MetricSample {
    std::string metric;
    std::optional<std::string> arch, trusted, state, command;
    std::string value;
};

// All of them in one statement. Groups of builders without jobs show zeros.
std::vector<MetricSample> read_metrics(Database& database);

}  // namespace buildd::db
