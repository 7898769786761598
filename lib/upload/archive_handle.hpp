// A libarchive reader that is closed with its owner. Private to upload.
#pragma once

#include <archive.h>
#include <memory>
#include <string>

#include "base/text.hpp"

namespace buildd {

struct ArchiveClosed {
    void operator()(archive* open) const { archive_read_free(open); }
};
using Archive = std::unique_ptr<archive, ArchiveClosed>;

// What went wrong last, in one line.
inline std::string archive_error(archive* from) {
    const char* text = archive_error_string(from);
    return one_line(text == nullptr ? "unknown" : text);
}

}  // namespace buildd
