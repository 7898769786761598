// What a build leaves behind: a real .deb and its .changes.
#pragma once

#include <string>

namespace buildd::test {

struct ResultWish {
    std::string source = "mozilla-firefox";
    std::string version = "0.9";  // with epoch
    std::string architecture = "i386";
    std::string package = {};      // default: the source's name
    std::string deb_version = {};  // default: version
    std::string provides = {};
    std::string multiarch = {};
    std::string distribution = "hoary";
    std::string type = "deb";
};

// Writes both into `folder`; answers the name of the .changes.
std::string make_result(const std::string& folder, const ResultWish& wish = {});

// A .changes for whatever .debs lie in `folder`.
void write_changes(const std::string& folder, const std::string& name, const ResultWish& wish);

// A tarball as `chroot set` takes it; answers its path.
std::string make_chroot(const std::string& folder);

}  // namespace buildd::test
