// What launchpad-buildd will miss in a chroot, or what of it will spoil builds.
#pragma once

#include <string>
#include <vector>

#include "upload/chroot_tarball.hpp"

namespace buildd {

// For builds of `architecture`, each a sentence without its end ("it has no folder /build, …");
// empty: nothing is known. Of one without dpkg, which only a simulated worker can use, that alone.
std::vector<std::string> chroot_hints(const ChrootContents& contents,
                                      const std::string& architecture);

}  // namespace buildd
