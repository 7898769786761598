// Results on stdout (buildd-master(1), "OUTPUT"): aligned tables for people, coloured on a terminal
// only, or JSON. Control characters never reach the terminal, passwords are masked.
#pragma once

#include <string>
#include <vector>

#include "command.hpp"
#include "db/setup.hpp"
#include "record.hpp"

namespace buildd::cmd {

extern const Argument json_flag;

// The answer of a list command: a table, or with --json an array.
void show_list(const Arguments& arguments, const Table& table);
// The answer of a show command: names and values, then the tables that have rows; with --json one
// object with an array for each table.
void show_record(const Arguments& arguments, const Record& record,
                 const std::vector<Table>& tables = {});

// Columns aligned, two blanks apart.
void print_table(const Table& table);
void print_line(const std::string& line);
void print_json(const std::string& json);
// Throws std::system_error when not all that was printed could be written.
void flush_output();

// "series ubuntu/hoary: added", "… changed", "… is so already".
void print_change(const std::string& what, db::Change change);
// "archive ubuntu/primary: changed: url http://a -> http://b"; nothing changed: "… is so already".
void print_changes(const std::string& what, const db::Values& changed);

}  // namespace buildd::cmd
