// Reading a stored log back.
#pragma once

#include <cstdio>
#include <string>

#include "base/result.hpp"

namespace buildd {

// The decompressed bytes of a .gz file, as they are.
Result<void> print_gunzipped(const std::string& path, std::FILE* out);

}  // namespace buildd
