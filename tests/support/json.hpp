// A strict reader of JSON (RFC 8259): the program's output is one document, or the test fails.
#pragma once

#include <map>
#include <string>

namespace buildd::test {

// The values by their paths: {"[0].title": "\"text\"", "[0].build": "8", "[1].log": "null",
// "attempts": "[]"}; texts decoded, between quotes. Throws std::runtime_error for what is no JSON,
// not UTF-8, has a raw control character, a key twice, or anything but a line end after it.
std::map<std::string, std::string> json_values(const std::string& document);

}  // namespace buildd::test
