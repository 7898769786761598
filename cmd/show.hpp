// Results on stdout (spec: cli, "Output").
#pragma once

#include <string>
#include <vector>

#include "db/setup.hpp"

namespace buildd::cmd {

// Columns aligned, two blanks apart; control characters never reach the terminal.
void print_table(const std::vector<std::string>& headings,
                 const std::vector<std::vector<std::string>>& rows);

void print_line(const std::string& line);

// "series ubuntu/hoary created" / "changed" / "is as it was".
void print_change(const std::string& what, db::Change change);

}  // namespace buildd::cmd
