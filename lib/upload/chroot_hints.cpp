#include "upload/chroot_hints.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd {

namespace {

using Hints = std::vector<std::string>;

// What launchpad-buildd's package gives its user; sbuild builds as the user of that name.
constexpr std::string_view workers_user = "buildd", workers_uid = "2001";
constexpr std::uint64_t small = 1 << 20;

// The lines of dpkg's status that speak of a package; empty: it is not installed.
std::string installed(const std::string& status, const std::string& package) {
    const std::string start = "Package: " + package + "\n";
    auto at = status.starts_with(start) ? 0 : status.find("\n" + start);
    if (at == status.npos) return {};
    if (at != 0) ++at;
    const std::string found = status.substr(at, status.find("\n\n", at) - at);
    return found.find("\nStatus: install ok installed") == found.npos ? "" : found;
}

void look_at_packages(const ChrootContents& contents, const std::string& architecture,
                      Hints& hints) {
    for (const auto& line : split(installed(contents.dpkg_status, "dpkg"), '\n'))
        if (line.starts_with("Architecture: ") && line.substr(14) != architecture)
            hints.push_back(fmt::format("its packages are of {}, not of {}",
                                        one_line(line.substr(14)), architecture));
    if (installed(contents.dpkg_status, "build-essential").empty())
        hints.push_back("it has no build-essential, which every build will install first");
    if (!contents.names.contains("usr/bin/apt-get"))
        hints.push_back("it has no apt-get, by which workers install build dependencies");
}

void look_at_folders(const ChrootContents& contents, Hints& hints) {
    if (!contents.names.contains("build"))
        hints.push_back("it has no folder /build, in which workers build: every build will fail");
    if (!contents.names.contains("dev/null"))
        hints.push_back("it has no /dev/null, without which no shell script runs");
    for (const char* name : {"proc", "sys", "dev/pts", "dev/shm"})
        if (!contents.names.contains(name))
            hints.push_back(fmt::format("it has no folder /{} to mount on", name));
}

void look_at_user(const ChrootContents& contents, Hints& hints) {
    for (const auto& line : split(contents.passwd, '\n')) {
        const auto fields = split(line, ':');
        if (fields.size() < 3 || fields[0] != workers_user) continue;
        if (fields[2] != workers_uid)
            hints.push_back(
                fmt::format("its user {} has the number {}, that of launchpad-buildd's "
                            "package {}: unless yours is another, no build can write",
                            workers_user, one_line(fields[2]), workers_uid));
        return;
    }
    hints.push_back(
        fmt::format("it has no user {} with the number that it has on the workers "
                    "({}): every build will fail",
                    workers_user, workers_uid));
}

void look_at_apt(const ChrootContents& contents, Hints& hints) {
    for (const auto& name : contents.apt_sources)
        if (name.ends_with(".list") || name.ends_with(".sources"))
            hints.push_back(fmt::format("builds will also use its own /{}", one_line(name)));
    if (contents.cached_packages > small)
        hints.push_back(
            fmt::format("it has {} MiB of packages in apt's cache, which every build "
                        "unpacks ('apt-get clean')",
                        contents.cached_packages >> 20));
}

}  // namespace

Hints chroot_hints(const ChrootContents& contents, const std::string& architecture) {
    if (installed(contents.dpkg_status, "dpkg").empty())
        return {"it has no dpkg: no real worker can build in it"};
    Hints hints;
    look_at_folders(contents, hints);
    look_at_user(contents, hints);
    look_at_packages(contents, architecture, hints);
    look_at_apt(contents, hints);
    return hints;
}

}  // namespace buildd
