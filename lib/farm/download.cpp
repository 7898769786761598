#include "farm/download.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/text.hpp"

namespace buildd::farm {

namespace {

constexpr std::uint64_t slice = 64U << 20;        // a tenth of a second
constexpr std::uint64_t noted_early = 16U << 20;  // what a killed pass must not lose
constexpr std::size_t piece_size = 256U << 10;
static_assert(slice % Sha1::block == 0);

}  // namespace

Download::Download(const JobFolder& folder, const std::string& sha1)
    : folder_(folder),
      path_(folder.part(sha1)),
      note_(JobFolder::note_of(path_)),
      verified_(folder.verified(sha1)) {}

Result<Download> Download::open(const JobFolder& folder, const std::string& sha1) {
    Download download(folder, sha1);
    struct stat info {};
    if (::lstat(download.path_.c_str(), &info) != 0) {
        if (errno == ENOENT) return download;
        return system_error("cannot stat", download.path_);
    }
    download.size_ = static_cast<std::uint64_t>(info.st_size);
    download.read_note();
    return download;
}

// "<total> <mistaken> <digest's state>"; one that cannot be read says nothing.
void Download::read_note() {
    const auto text = read_file(note_, 4096);
    if (!text) return;
    const auto parts = split(trim(*text), ' ');
    const auto total = parts.size() > 2 ? parse_int(parts[0]) : std::nullopt;
    if (!total || *total < 0) return;
    noted_ = true;
    mistaken_ = parts[1] == "1";
    total_ = static_cast<std::uint64_t>(*total);
    auto sha1 = Sha1::restore(trim(*text).substr(parts[0].size() + parts[1].size() + 2));
    if (sha1 && sha1->length() <= size_) sha1_ = std::move(*sha1);
}

Result<void> Download::open_to_append() {
    if (fd_.open()) return {};
    auto fd =
        open_file(path_, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, folder_.access.file_mode());
    if (!fd) return fd.error();
    fd_ = std::move(*fd);
    return {};
}

Result<void> Download::take(std::string_view piece) {
    if (auto opened = open_to_append(); !opened) return opened;
    if (sha1_.length() == size_) sha1_.update(piece);
    size_ += piece.size();
    synced_ = false;
    if (auto written = write_all(fd_.get(), piece, path_); !written) return written;
    return size_ < noted_early || noted_ ? Result<void>() : note();
}

// What was digested as it came is not noted: it may not be on the disk yet.
Result<void> Download::note() {
    const bool keep = synced_ && sha1_.length() % Sha1::block == 0;
    noted_ = true;
    return folder_.write_note(
        path_, fmt::format("{} {:d} {}\n", total_, mistaken_, keep ? sha1_.save() : Sha1().save()));
}

Result<void> Download::rest() {
    fd_.reset();
    return total_ == 0 && !mistaken_ ? Result<void>() : note();
}

Result<void> Download::restart(bool mistaken) {
    if (auto opened = open_to_append(); !opened) return opened;
    if (::ftruncate(fd_.get(), 0) != 0) return system_error("cannot truncate", path_);
    sha1_ = Sha1();
    size_ = total_ = 0;
    ended_ = false;
    mistaken_ = mistaken_ || mistaken;
    return mistaken_ || noted_ ? note() : Result<void>();
}

Result<void> Download::sync() {
    if (synced_) return {};
    if (auto opened = open_to_append(); !opened) return opened;
    if (auto synced = fsync_fd(fd_.get(), path_); !synced) return synced;
    synced_ = true;
    return {};
}

Result<bool> Download::digest_more() {
    if (sha1_.length() == size_) return true;
    if (auto synced = sync(); !synced) return synced.error();
    if (auto opened = open_to_append(); !opened) return opened.error();
    std::string piece(piece_size, '\0');
    for (const auto end = sha1_.length() + slice; sha1_.length() < std::min(end, size_);) {
        const ssize_t got =
            ::pread(fd_.get(), piece.data(), piece.size(), static_cast<off_t>(sha1_.length()));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("cannot read", path_);
        if (got == 0) return Error{path_ + " has become shorter"};
        sha1_.update(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
    }
    return sha1_.length() >= size_;
}

Result<void> Download::place() {
    if (auto opened = open_to_append(); !opened) return opened;
    if (auto synced = fsync_fd(fd_.get(), path_); !synced) return synced;
    if (::rename(path_.c_str(), verified_.c_str()) != 0)
        return system_error("cannot rename to", verified_);
    if (noted_) ::unlink(note_.c_str());
    return {};
}

}  // namespace buildd::farm
