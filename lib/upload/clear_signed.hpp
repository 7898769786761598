// An OpenPGP clear-signed text taken apart (RFC 4880, 7), as apt does it: what is verified is what
// is read afterwards, and nothing stands around it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace buildd {

struct ClearSigned {
    std::string text;       // what was signed; its last line has no line feed
    std::string signature;  // armored
};

// A line without what ends it besides its newline: that is not signed, and counts for nothing in
// control data (as dpkg has it).
std::string_view without_end(std::string_view line);

// Error: it is not exactly one signed text.
Result<ClearSigned> split_clear_signed(std::string_view whole);

}  // namespace buildd
