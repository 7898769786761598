// Reading a binary package's control fields, in memory: no program, no temporary files.
#pragma once

#include <string>

#include "upload/ar_file.hpp"
#include "upload/changes.hpp"

namespace buildd {

// Of a .deb, .udeb or .ddeb whose control member is a tar archive, plain or packed by gzip, xz or
// zstd, with one regular file `control` of at most 1 MiB. What is unpacked on the way, its members
// and the decoder's memory are bounded. The error names the file.
Result<BinaryFields, DebError> read_deb(const std::string& path);

}  // namespace buildd
