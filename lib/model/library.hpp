// A file of the librarian, as its row describes it.
#pragma once

#include <string>

#include "base/digest.hpp"
#include "model/ids.hpp"

namespace buildd {

struct LibraryFile {
    LibraryFileId id;
    std::string filename;
    std::string mimetype = "application/octet-stream";
    bool restricted = false;
    FileDigests digests;  // of the file as it is stored
};

}  // namespace buildd
