// Somebody's files on their way into the librarian, whose rows one transaction names. Private to
// farm's store_files and import_sources.
#pragma once

#include <string>
#include <vector>

#include "db/database.hpp"
#include "librarian/librarian.hpp"

namespace buildd::farm {

struct FileBatch {
    std::vector<StoredFile> stored;
    std::vector<LibraryFile> files;

    // Their rows are committed. Else a later sweep removes the files.
    void keep() {
        for (auto& file : stored) file.keep();
    }
};

// A file as it was checked.
struct CheckedFile {
    std::string path;
    FileDigests digests;
};

// Stores copies; in a dry run nothing is. Throws Failure(bad_input) for a file that is no longer
// what was checked.
FileBatch store_batch(db::Database& database, const Librarian& librarian,
                      const std::vector<CheckedFile>& files, bool restricted);

}  // namespace buildd::farm
