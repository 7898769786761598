#include "upload/control_tar.hpp"

#include <archive_entry.h>
#include <cerrno>
#include <fmt/format.h>
#include <memory>
#include <new>
#include <optional>

#include "base/text.hpp"
#include "upload/archive_handle.hpp"

namespace buildd {

namespace {

constexpr std::size_t max_control = 1 << 20;
constexpr std::size_t max_unpacked = 64 << 20;  // of the whole member
constexpr int max_entries = 1000;
constexpr std::size_t some_memory = 16 << 20;

DebError bad(std::string why) {
    return {DebError::Kind::bad, std::move(why)};
}

// Decoders do not all tell that they got no memory.
bool memory_is_short() {
    const std::unique_ptr<char[]> some(new (std::nothrow) char[some_memory]);
    return some == nullptr;
}

// libarchive says ENOMEM of both: memory that there is not ("Cannot allocate memory"), and an xz
// stream that wants more than the decoder's limit of 1 GiB.
constexpr std::string_view over_xz_limit = "Lzma library error: Out of memory";

DebError error_of(archive* from) {
    const std::string why = archive_error(from);
    const bool none = (archive_errno(from) == ENOMEM && why != over_xz_limit) || memory_is_short();
    return {none ? DebError::Kind::memory : DebError::Kind::bad, "control.tar: " + why};
}

// false: there is no such packing.
bool choose_filter(archive* from, const std::string& name) {
    if (name == "control.tar") return true;
    if (name == "control.tar.gz") return archive_read_support_filter_gzip(from) == ARCHIVE_OK;
    if (name == "control.tar.xz") return archive_read_support_filter_xz(from) == ARCHIVE_OK;
    if (name == "control.tar.zst") return archive_read_support_filter_zstd(from) == ARCHIVE_OK;
    return false;
}

bool is_control(archive_entry* entry) {
    const char* path = archive_entry_pathname(entry);
    if (path == nullptr) return false;
    std::string_view name(path);
    if (name.ends_with('/')) name.remove_suffix(1);  // a folder's
    return name == "control" || name == "./control";
}

class ControlTar {
 public:
    explicit ControlTar(archive* from) : from_(from) {}

    Result<std::string, DebError> find() {
        std::optional<std::string> control;
        for (int entries = 0;; ++entries) {
            archive_entry* entry = nullptr;
            const int got = archive_read_next_header(from_, &entry);
            if (got == ARCHIVE_EOF) break;
            if (got < ARCHIVE_WARN) return error_of(from_);
            if (entries == max_entries)
                return bad(fmt::format("control.tar has more than {} members", max_entries));
            auto data = read(is_control(entry));
            if (!data) return data.error();
            if (!is_control(entry)) continue;
            if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry))
                return bad("control is not a regular file");
            if (control) return bad("control.tar has two files control");
            control = std::move(*data);
        }
        if (!control) return bad("control.tar has no file control");
        return std::move(*control);
    }

 private:
    // Every member is read, so that what is unpacked is counted; only what is wanted is kept.
    Result<std::string, DebError> read(bool wanted) {
        std::string out;
        std::string piece(64 << 10, '\0');
        for (;;) {
            const auto got = archive_read_data(from_, piece.data(), piece.size());
            if (got == 0) return out;
            if (got < 0) return error_of(from_);
            unpacked_ += static_cast<std::size_t>(got);
            if (wanted) out.append(piece, 0, static_cast<std::size_t>(got));
            if (out.size() > max_control)
                return bad(fmt::format("control is longer than {} bytes", max_control));
            if (unpacked_ > max_unpacked)
                return bad(fmt::format("control.tar unpacks to more than {} bytes", max_unpacked));
        }
    }

    archive* from_;
    std::size_t unpacked_ = 0;
};

}  // namespace

Result<std::string, DebError> read_control_file(const ControlMember& member) {
    const Archive from(archive_read_new());
    if (!from) return DebError{DebError::Kind::memory, "there is no memory"};
    if (!choose_filter(from.get(), member.name))
        return bad(fmt::format("its control member is packed as {}", one_line(member.name)));
    archive_read_support_format_tar(from.get());
    if (archive_read_open_memory(from.get(), member.data.data(), member.data.size()) != ARCHIVE_OK)
        return error_of(from.get());
    return ControlTar(from.get()).find();
}

}  // namespace buildd
