// The file `control` of a package's control member; libarchive is the reader.
#pragma once

#include <string>

#include "upload/ar_file.hpp"

namespace buildd {

Result<std::string, DebError> read_control_file(const ControlMember& member);

}  // namespace buildd
