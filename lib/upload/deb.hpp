// Reading a binary package's control fields; dpkg-deb is the reader.
#pragma once

#include <string>

#include "net/loop.hpp"
#include "upload/changes.hpp"

namespace buildd {

// Error: the file's name and why dpkg-deb does not take it.
net::Task<Result<BinaryFields>> read_deb(net::Loop& loop, std::string path);

}  // namespace buildd
