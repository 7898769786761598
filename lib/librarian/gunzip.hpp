// Reading gzip back.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace buildd {

// The decompressed bytes of a .gz file, as they are.
Result<void> print_gunzipped(const std::string& path, std::FILE* out);

// Gives `sink` an open file's content in pieces, from its first byte; gzip is decompressed,
// anything else is given as it is. Error: the sink's own, or that the file is damaged or more than
// `limit` bytes long when decompressed.
Result<void> read_gunzipped(int fd, std::uint64_t limit,
                            const std::function<Result<void>(std::string_view)>& sink);

}  // namespace buildd
