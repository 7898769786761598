// When queued jobs will start and end, for people and programs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "command.hpp"
#include "model/ids.hpp"
#include "record.hpp"

namespace buildd::cmd {

// Ages from now: negative ones have been. Either is unknown where nothing tells it.
struct ExpectedTimes {
    std::optional<std::chrono::seconds> start, end;
};
// Of those of the builds that have a job.
std::map<BuildId, ExpectedTimes> expected_times(Context& context,
                                                const std::vector<BuildId>& builds);

// A field that says "in 5 min" or "5 min ago"; to programs the time, ISO 8601.
Field moment_field(std::string key, std::string heading,
                   const std::optional<std::chrono::seconds>& from_now);

// A sentence, or nothing.
std::string sentence_of(const ExpectedTimes& times);

}  // namespace buildd::cmd
