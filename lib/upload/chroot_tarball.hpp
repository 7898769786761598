// Is a file what builders unpack as a chroot?
#pragma once

#include <string>

#include "base/result.hpp"

namespace buildd {

// A tar archive, plain or packed by gzip, bzip2, xz or zstd, whose first member lies below
// `chroot-autobuild/` or is that folder. Not all of it is read. Error: what it is instead.
Result<void> check_chroot_tarball(const std::string& path);

}  // namespace buildd
