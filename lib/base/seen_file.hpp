// A file that was read once, so that it need not be read again as long as nobody has changed it.
#pragma once

#include <string>
#include <sys/stat.h>

#include "base/digest.hpp"

namespace buildd {

class SeenFile {
 public:
    // Reads it; errors as of digest_file().
    static Result<SeenFile> read(const std::string& path);

    const std::string& path() const { return path_; }
    const FileDigests& digests() const { return digests_; }  // as it was read
    // As it is now: it is read anew if another file stands there, or its size or the time of its
    // last change differ.
    Result<FileDigests> digests_now() const;

 private:
    SeenFile(std::string path, const struct stat& info, FileDigests digests)
        : path_(std::move(path)), info_(info), digests_(std::move(digests)) {}

    std::string path_;
    struct stat info_;  // from before it was read
    FileDigests digests_;
};

}  // namespace buildd
