// Reading gzip back.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace buildd {

// Takes the decompressed bytes in pieces; its error ends the reading.
using GunzipSink = std::function<Result<void>(std::string_view)>;

// A file from its first byte; gzip is decompressed, anything else is given as it is. Error: the
// sink's own, or that the file cannot be read or is damaged.
Result<void> read_gunzipped(const std::string& path, const GunzipSink& sink);

}  // namespace buildd
