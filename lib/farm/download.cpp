#include "farm/download.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "base/files.hpp"

namespace buildd::farm {

Download::Download(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

Result<Download> Download::open(const std::string& path) {
    auto fd = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW);
    if (!fd) return fd.error();
    Download download(std::move(*fd), path);
    if (auto digested = download.digest_present(); !digested) return digested.error();
    return download;
}

Result<void> Download::digest_present() {
    std::string piece(256 * 1024, '\0');
    for (;;) {
        const ssize_t got = ::read(fd_.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("cannot read", path_);
        if (got == 0) return {};
        sha1_.update(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
        size_ += static_cast<std::uint64_t>(got);
    }
}

Result<void> Download::take(std::string_view piece) {
    sha1_.update(piece);
    size_ += piece.size();
    return write_all(fd_.get(), piece, path_);
}

Result<void> Download::restart() {
    if (::ftruncate(fd_.get(), 0) != 0 || ::lseek(fd_.get(), 0, SEEK_SET) != 0)
        return system_error("cannot truncate", path_);
    sha1_ = Digester(DigestKind::sha1);
    size_ = 0;
    return {};
}

Result<void> Download::place(const std::string& final_path) {
    if (auto synced = fsync_fd(fd_.get(), path_); !synced) return synced;
    if (::rename(path_.c_str(), final_path.c_str()) != 0)
        return system_error("cannot rename to", final_path);
    return fsync_folder(parent_of(final_path));
}

FileDigest digest_present(const std::string& path) {
    if (!exists(path)) return {};
    const auto found = digest_file(path);
    return found ? FileDigest{found->sha1, found->size} : FileDigest{};
}

}  // namespace buildd::farm
