// What chroot set says of a chroot.
#include <algorithm>
#include <cstdlib>

#include "support/temp_folder.hpp"
#include "upload/chroot_hints.hpp"

using namespace buildd;

namespace {

ChrootContents sound() {
    return {{"build", "proc", "sys", "dev/null", "dev/pts", "dev/shm", "usr/bin/apt-get"},
            "root:x:0:0::/root:/bin/sh\nbuildd:x:2001:2501::/nonexistent:/bin/sh\n",
            "Package: build-essential\nStatus: install ok installed\nArchitecture: i386\n\n"
            "Package: dpkg\nEssential: yes\nStatus: install ok installed\nArchitecture: i386\n",
            {},
            0};
}

bool says(const ChrootContents& contents, const std::string& words) {
    const auto hints = chroot_hints(contents, "i386");
    return std::any_of(hints.begin(), hints.end(),
                       [&](const std::string& hint) { return hint.find(words) != hint.npos; });
}

}  // namespace

TEST_CASE("nothing is said of a chroot that launchpad-buildd can use") {
    CHECK(chroot_hints(sound(), "i386").empty());
}

TEST_CASE("what a worker will miss in a chroot is said, each by itself") {
    const auto without = [](const char* name) {
        auto contents = sound();
        contents.names.erase(name);
        return contents;
    };
    CHECK(says(without("build"), "no folder /build"));
    CHECK(says(without("dev/null"), "no /dev/null"));
    CHECK(says(without("proc"), "no folder /proc"));
    CHECK(says(without("dev/pts"), "no folder /dev/pts"));
    CHECK(says(without("usr/bin/apt-get"), "no apt-get"));
    auto contents = sound();
    contents.passwd = "root:x:0:0::/root:/bin/sh\nbuilddx:x:2001:1::/:/bin/sh\n";
    CHECK(says(contents, "no user buildd"));
    contents.passwd = "buildd:x:1000:1000::/:/bin/sh\n";
    CHECK(says(contents, "number 1000"));
    contents = sound();
    contents.dpkg_status = contents.dpkg_status.substr(contents.dpkg_status.find("Package: dpkg"));
    CHECK(chroot_hints(contents, "i386") ==
          std::vector<std::string>{
              "it has no build-essential, which every build will install first"});
    contents = sound();
    contents.apt_sources = {"etc/apt/sources.list.d/debian.sources"};
    CHECK(says(contents, "/etc/apt/sources.list.d/debian.sources"));
    contents = sound();
    contents.cached_packages = 200 << 20;
    CHECK(says(contents, "200 MiB"));
}

TEST_CASE("a chroot of another architecture is told") {
    const auto hints = chroot_hints(sound(), "amd64");
    CHECK(hints == std::vector<std::string>{"its packages are of i386, not of amd64"});
}

TEST_CASE("of a chroot without dpkg that alone is said") {
    CHECK(chroot_hints({}, "i386").size() == 1);
    auto removed = sound();
    removed.dpkg_status = "Package: dpkg\nStatus: deinstall ok config-files\n";
    CHECK(chroot_hints(removed, "i386").size() == 1);
}

TEST_CASE("a chroot tarball is read to its end") {
    const test::TempFolder folder;
    const std::string make =
        "cd " + folder.path() +
        " && mkdir -p chroot-autobuild/{build,dev/pts,etc/apt/sources.list.d,var/lib/dpkg} && "
        "echo buildd:x:1:1 >chroot-autobuild/etc/passwd && "
        "echo Package: dpkg >chroot-autobuild/var/lib/dpkg/status && "
        "touch chroot-autobuild/etc/apt/sources.list.d/x.list && "
        "head -c 300000 /dev/urandom >chroot-autobuild/zeal && "
        "tar -czf whole.tar.gz ./chroot-autobuild && head -c 200000 whole.tar.gz >cut.tar.gz";
    REQUIRE(std::system(("bash -c '" + make + "'").c_str()) == 0);
    const auto contents = read_chroot_tarball(folder.path() + "/whole.tar.gz");
    REQUIRE(contents);
    CHECK(contents->names == std::set<std::string>{"build", "dev/pts"});
    CHECK(contents->passwd == "buildd:x:1:1\n");
    CHECK(contents->dpkg_status == "Package: dpkg\n");
    CHECK(contents->apt_sources == std::set<std::string>{"etc/apt/sources.list.d/x.list"});
    const auto cut = read_chroot_tarball(folder.path() + "/cut.tar.gz");
    REQUIRE_FALSE(cut);
    CHECK(cut.error().message.find("is no tarball") != std::string::npos);
}
