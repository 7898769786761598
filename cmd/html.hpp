// Answers as one HTML page: no scripts, nothing fetched, everything escaped, passwords masked.
#pragma once

#include <string>
#include <vector>

#include "record.hpp"

namespace buildd::cmd {

// Tables that have rows, then a paragraph a line; readers load it anew every minute. `made`: the
// time of its making, ISO 8601.
std::string html_page(const std::string& title, const std::vector<Table>& tables,
                      const std::vector<std::string>& lines, const std::string& made);

}  // namespace buildd::cmd
