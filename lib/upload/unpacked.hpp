// Reading a compressed file back, whatever it is compressed with.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/result.hpp"

namespace buildd {

// Takes the decompressed bytes in pieces; its error ends the reading.
using UnpackedSink = std::function<Result<void>(std::string_view)>;

// An open file from its first byte: xz, gzip and zstd are decompressed, anything else is given as
// it is. Error: the sink's own; or it cannot be read, is damaged, or holds more than `limit` bytes.
Result<void> read_unpacked(int fd, std::uint64_t limit, const UnpackedSink& sink);

}  // namespace buildd
