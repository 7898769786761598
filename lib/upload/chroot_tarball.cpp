#include "upload/chroot_tarball.hpp"

#include <archive_entry.h>
#include <fmt/format.h>

#include "base/text.hpp"
#include "upload/archive_handle.hpp"

namespace buildd {

namespace {

constexpr std::string_view top = "chroot-autobuild";
constexpr std::size_t block = 64 << 10;
constexpr std::size_t max_file = 64 << 20;  // dpkg's status of a thousand packages has 1 MiB

bool is_asked_for(std::string_view name) {
    static const std::set<std::string_view> some{
        "build", "proc", "sys", "dev/null", "dev/pts", "dev/shm", "usr/bin/apt-get"};
    return some.contains(name);
}

// Without "./" in front and "/" behind.
std::string name_of(archive_entry* entry) {
    const char* path = archive_entry_pathname(entry);
    std::string_view name = path == nullptr ? "" : path;
    while (name.starts_with("./")) name.remove_prefix(2);
    while (name.ends_with('/')) name.remove_suffix(1);
    return std::string(name == "." ? "" : name);
}

class ChrootTarball {
 public:
    ChrootTarball(archive* from, const std::string& path) : from_(from), path_(path) {}

    Result<ChrootContents> read() {
        bool begun = false;
        for (;;) {
            archive_entry* entry = nullptr;
            const int got = archive_read_next_header(from_, &entry);
            if (got == ARCHIVE_EOF && begun) return std::move(contents_);
            if (got == ARCHIVE_EOF) return Error{path_ + " is an empty tarball"};
            if (got < ARCHIVE_WARN) return broken();
            const std::string name = name_of(entry);
            if (name.empty()) continue;
            const bool below = name == top || name.starts_with(std::string(top) + "/");
            if (!begun && !below)
                return Error{fmt::format("{} has {}{} at its top", path_, one_line(name),
                                         archive_entry_filetype(entry) == AE_IFDIR ? "/" : "")};
            begun = true;
            if (below && name != top && !note(name.substr(top.size() + 1), entry)) return broken();
        }
    }

 private:
    Error broken() const {
        return Error{fmt::format("{} is no tarball: {}", path_, archive_error(from_))};
    }

    bool note(const std::string& name, archive_entry* entry) {
        if (is_asked_for(name)) contents_.names.insert(name);
        if (name.starts_with("etc/apt/sources.list.d/")) contents_.apt_sources.insert(name);
        if (name.starts_with("var/cache/apt/archives/"))
            contents_.cached_packages += static_cast<std::uint64_t>(archive_entry_size(entry));
        if (name == "etc/passwd") return take(contents_.passwd);
        if (name == "var/lib/dpkg/status") return take(contents_.dpkg_status);
        return true;
    }

    // The last one counts, as when it is unpacked.
    bool take(std::string& file) {
        file.clear();
        std::string piece(block, '\0');
        for (;;) {
            const auto got = archive_read_data(from_, piece.data(), piece.size());
            if (got <= 0) return got == 0;
            if (file.size() < max_file) file.append(piece, 0, static_cast<std::size_t>(got));
        }
    }

    archive* from_;
    const std::string& path_;
    ChrootContents contents_;
};

}  // namespace

Result<ChrootContents> read_chroot_tarball(const std::string& path) {
    const Archive from(archive_read_new());
    if (!from) return Error{"there is no memory"};
    archive_read_support_filter_gzip(from.get());
    archive_read_support_filter_bzip2(from.get());
    archive_read_support_filter_xz(from.get());
    archive_read_support_filter_zstd(from.get());
    archive_read_support_format_tar(from.get());
    if (archive_read_open_filename(from.get(), path.c_str(), block) != ARCHIVE_OK)
        return Error{fmt::format("{} is no tarball: {}", path, archive_error(from.get()))};
    return ChrootTarball(from.get(), path).read();
}

}  // namespace buildd
