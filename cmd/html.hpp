// Answers as one HTML page: no scripts, nothing fetched, everything escaped, passwords masked.
#pragma once

#include <string>
#include <vector>

#include "chart.hpp"
#include "record.hpp"

namespace buildd::cmd {

struct HtmlPage {
    std::string title;
    std::vector<Table> tables;  // those that have rows are shown
    std::vector<Chart> charts;
    std::vector<std::string> lines;  // above the tables, a paragraph each
    std::string made;                // the time of its making, ISO 8601
};

// Readers load it anew every minute.
std::string html_page(const HtmlPage& page);

}  // namespace buildd::cmd
