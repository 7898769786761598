// One result file on its way to disk, digested as it comes. All of it may block on the disk.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/fd.hpp"
#include "base/result.hpp"

namespace buildd::farm {

class Download {
 public:
    // Goes on where an earlier pass stopped: what lies there is digested first.
    static Result<Download> open(const std::string& path);

    Result<void> take(std::string_view piece);
    Result<void> restart();  // from the first byte

    std::uint64_t size() const { return size_; }  // bytes so far
    std::string digest() { return sha1_.hex(); }  // SHA-1; only restart() or place() may follow

    // fsync, rename to `final_path`, fsync of the folder.
    Result<void> place(const std::string& final_path);

 private:
    Download(Fd fd, std::string path);
    Result<void> digest_present();

    Fd fd_;
    std::string path_;
    Digester sha1_{DigestKind::sha1};
    std::uint64_t size_ = 0;
};

// A file that lies there complete; an empty digest when there is none.
struct FileDigest {
    std::string sha1;
    std::uint64_t size = 0;
};
FileDigest digest_present(const std::string& path);

}  // namespace buildd::farm
