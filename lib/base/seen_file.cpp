#include "base/seen_file.hpp"

#include "base/fd.hpp"

namespace buildd {

namespace {

Result<struct stat> info_of(const std::string& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return system_error("cannot stat", path);
    return info;
}

bool same(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
           a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

Result<SeenFile> SeenFile::read(const std::string& path) {
    const auto info = info_of(path);
    if (!info) return info.error();
    auto digests = digest_file(path);
    if (!digests) return digests.error();
    return SeenFile(path, *info, std::move(*digests));
}

Result<FileDigests> SeenFile::digests_now() const {
    const auto info = info_of(path_);
    if (!info) return info.error();
    if (same(*info, info_)) return digests_;
    return digest_file(path_);
}

}  // namespace buildd
