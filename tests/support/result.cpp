#include "support/result.hpp"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <stdexcept>

#include "base/digest.hpp"
#include "policy/versions.hpp"

namespace buildd::test {

namespace fs = std::filesystem;

namespace {

// As dpkg-gencontrol does.
std::string source_line(const ResultWish& wish) {
    if (wish.deb_version != wish.version)
        return fmt::format("Source: {} ({})\n", wish.source, wish.version);
    return wish.package == wish.source ? "" : "Source: " + wish.source + "\n";
}

void make_deb(const std::string& folder, const std::string& file, const ResultWish& wish) {
    const fs::path tree = fs::path(folder) / ".tree";
    fs::create_directories(tree / "DEBIAN");
    std::ofstream control(tree / "DEBIAN" / "control");
    control << fmt::format(
        "Package: {}\nVersion: {}\nArchitecture: {}\nSection: misc\nPriority: optional\n"
        "Maintainer: Buildd Fixtures <fixtures@example.org>\nDescription: test\n{}{}{}",
        wish.package, wish.deb_version, wish.architecture, source_line(wish),
        wish.provides.empty() ? "" : "Provides: " + wish.provides + "\n",
        wish.multiarch.empty() ? "" : "Multi-Arch: " + wish.multiarch + "\n");
    control.close();
    const std::string command =
        fmt::format("dpkg-deb -Znone --root-owner-group -b '{}' '{}/{}' >/dev/null 2>&1",
                    tree.string(), folder, file);
    if (std::system(command.c_str()) != 0) throw std::runtime_error("dpkg-deb failed");
    fs::remove_all(tree);
}

}  // namespace

void write_changes(const std::string& folder, const std::string& name, const ResultWish& wish) {
    std::string sha1, sha256, md5;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string file = entry.path().filename().string();
        if (file == name) continue;
        const auto digests = digest_file(entry.path().string());
        sha1 += fmt::format(" {} {} {}\n", digests->sha1, digests->size, file);
        sha256 += fmt::format(" {} {} {}\n", digests->sha256, digests->size, file);
        md5 += fmt::format(" {} {} misc optional {}\n", digests->md5, digests->size, file);
    }
    std::ofstream(folder + "/" + name) << fmt::format(
        "Format: 1.8\nSource: {}\nBinary: {}\nArchitecture: {}\nVersion: {}\n"
        "Distribution: {}\nMaintainer: Buildd Fixtures <fixtures@example.org>\n"
        "Date: Thu, 01 Jan 2026 12:00:00 +0000\nDescription:\n x - test\nChanges:\n x\n"
        "Checksums-Sha1:\n{}Checksums-Sha256:\n{}Files:\n{}",
        wish.source, wish.package.empty() ? wish.source : wish.package, wish.architecture,
        wish.version, wish.distribution, sha1, sha256, md5);
}

std::string make_chroot(const std::string& folder) {
    fs::create_directories(folder + "/chroot-autobuild");
    const std::string command =
        fmt::format("tar -C '{0}' -czf '{0}/chroot.tar.gz' chroot-autobuild", folder);
    if (std::system(command.c_str()) != 0) throw std::runtime_error("tar failed");
    fs::remove_all(folder + "/chroot-autobuild");
    return folder + "/chroot.tar.gz";
}

std::string make_result(const std::string& folder, const ResultWish& given) {
    ResultWish wish = given;
    if (wish.package.empty()) wish.package = wish.source;
    if (wish.deb_version.empty()) wish.deb_version = wish.version;
    fs::create_directories(folder);
    const std::string stem = fmt::format(
        "{}_{}_{}", wish.package, policy::without_epoch(wish.deb_version), wish.architecture);
    make_deb(folder, stem + "." + wish.type, wish);
    const std::string changes = fmt::format("{}_{}_{}.changes", wish.source,
                                            policy::without_epoch(wish.version), wish.architecture);
    write_changes(folder, changes, wish);
    return changes;
}

}  // namespace buildd::test
