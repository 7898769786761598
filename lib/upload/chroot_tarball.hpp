// Is a file what builders unpack as a chroot, and what is in it that they need?
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/result.hpp"

namespace buildd {

// What a worker looks for, of all that lies below chroot-autobuild/.
struct ChrootContents {
    std::set<std::string> names;        // "build", "dev/pts" …, but only those that are asked for
    std::string passwd;                 // the file etc/passwd
    std::string dpkg_status;            // the file var/lib/dpkg/status
    std::set<std::string> apt_sources;  // below etc/apt/sources.list.d
    std::uint64_t cached_packages = 0;  // bytes below var/cache/apt/archives
};

// A tar archive, plain or packed by gzip, bzip2, xz or zstd, whose first member lies below
// `chroot-autobuild/` or is that folder. All of it is read: a chroot that breaks off fails every
// build. Error: what it is instead.
Result<ChrootContents> read_chroot_tarball(const std::string& path);

}  // namespace buildd
