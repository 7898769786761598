// Answers as JSON (RFC 8259): always valid UTF-8, passwords masked, keys in the order of the
// record.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "record.hpp"

namespace buildd::cmd {

// A key and JSON.
using JsonMember = std::pair<std::string, std::string>;

std::string to_json(const Value& value);
// An object; `more` are its last members.
std::string to_json(const Record& record, const std::vector<JsonMember>& more = {});
// An array of objects, one a line.
std::string to_json(const Table& table);
std::string to_json(const std::vector<std::string>& texts);

}  // namespace buildd::cmd
