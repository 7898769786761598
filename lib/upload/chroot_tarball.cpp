#include "upload/chroot_tarball.hpp"

#include <archive_entry.h>
#include <fmt/format.h>

#include "base/text.hpp"
#include "upload/archive_handle.hpp"

namespace buildd {

namespace {

constexpr std::string_view top = "chroot-autobuild";
constexpr std::size_t block = 64 << 10;

// Without "./" in front.
std::string name_of(archive_entry* entry) {
    const char* path = archive_entry_pathname(entry);
    std::string_view name = path == nullptr ? "" : path;
    while (name.starts_with("./")) name.remove_prefix(2);
    return std::string(name == "." ? "" : name);
}

}  // namespace

Result<void> check_chroot_tarball(const std::string& path) {
    const Archive from(archive_read_new());
    if (!from) return Error{"there is no memory"};
    archive_read_support_filter_gzip(from.get());
    archive_read_support_filter_bzip2(from.get());
    archive_read_support_filter_xz(from.get());
    archive_read_support_filter_zstd(from.get());
    archive_read_support_format_tar(from.get());
    if (archive_read_open_filename(from.get(), path.c_str(), block) != ARCHIVE_OK)
        return Error{fmt::format("{} is no tarball: {}", path, archive_error(from.get()))};
    std::string name;
    while (name.empty()) {
        archive_entry* entry = nullptr;
        const int got = archive_read_next_header(from.get(), &entry);
        if (got == ARCHIVE_EOF) return Error{path + " is an empty tarball"};
        if (got < ARCHIVE_WARN)
            return Error{fmt::format("{} is no tarball: {}", path, archive_error(from.get()))};
        name = name_of(entry);
    }
    if (name.substr(0, name.find('/')) == top) return {};
    return Error{fmt::format("{} has {} at its top", path, one_line(name))};
}

}  // namespace buildd
