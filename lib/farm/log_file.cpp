#include "farm/log_file.hpp"

#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/text.hpp"

namespace buildd::farm {

namespace {

constexpr std::uint64_t longest_member = 64U << 20;  // what a killed pass loses at most

}  // namespace

Result<void> LogFile::open(std::uint64_t limit) {
    if (auto made = folder_.make(); !made) return made;
    if (!read_note(limit)) return restart();
    return cut_behind_note();
}

// "<bytes of the log> <bytes of the file> <the log's size> <ended>".
bool LogFile::read_note(std::uint64_t limit) {
    const auto text = read_file(JobFolder::note_of(path_), 4096);
    if (!text) return false;
    noted_ = true;
    std::vector<std::uint64_t> numbers;
    for (const auto& word : split_words(*text)) {
        const auto number = parse_int(word);
        if (!number || *number < 0) return false;
        numbers.push_back(static_cast<std::uint64_t>(*number));
    }
    struct stat info {};
    if (numbers.size() != 4 || ::lstat(path_.c_str(), &info) != 0) return false;
    raw_ = numbers[0], packed_ = numbers[1], total_ = numbers[2], ended_ = numbers[3] == 1;
    return raw_ <= std::min(total_, limit) && packed_ <= static_cast<std::uint64_t>(info.st_size);
}

// An ended one may have a link in the librarian: nothing is to be cut there.
Result<void> LogFile::cut_behind_note() {
    if (ended_) return {};
    auto fd = open_file(path_, O_WRONLY | O_NOFOLLOW);
    if (!fd) return fd.error();
    if (::ftruncate(fd->get(), static_cast<off_t>(packed_)) != 0)
        return system_error("cannot truncate", path_);
    return {};
}

// Another file, not this one emptied: the librarian may have a link to it.
Result<void> LogFile::restart() {
    fd_.reset();
    gzip_.reset();
    raw_ = packed_ = total_ = member_ = 0;
    ended_ = noted_ = false;
    digester_.emplace();
    if (auto gone = remove_tree(JobFolder::note_of(path_)); !gone) return gone;
    return remove_tree(path_);
}

Result<void> LogFile::open_to_append() {
    if (fd_.open()) return {};
    auto fd =
        open_file(path_, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, folder_.access.file_mode());
    if (!fd) return fd.error();
    fd_ = std::move(*fd);
    gzip_.emplace([this](std::string_view bytes) {
        packed_ += bytes.size();
        if (digester_) digester_->update(bytes);
        return write_all(fd_.get(), bytes, path_);
    });
    return {};
}

Result<void> LogFile::compress(std::string_view bytes) {
    if (auto opened = open_to_append(); !opened) return opened;
    member_ += bytes.size();
    return gzip_->write(bytes);
}

Result<void> LogFile::write(std::string_view piece) {
    raw_ += piece.size();
    if (auto written = compress(piece); !written) return written;
    return member_ < longest_member || total_ == 0 ? Result<void>() : note();
}

// An empty log is one member, too.
Result<void> LogFile::end_member() {
    if (member_ == 0 && packed_ > 0) return {};
    if (auto opened = open_to_append(); !opened) return opened;
    member_ = 0;
    if (auto finished = gzip_->finish(); !finished) return finished;
    return fsync_fd(fd_.get(), path_);
}

Result<void> LogFile::note() {
    if (auto ended = end_member(); !ended) return ended;
    noted_ = true;
    return folder_.write_note(path_, fmt::format("{} {} {} {:d}\n", raw_, packed_, total_, ended_));
}

Result<void> LogFile::rest() {
    if (total_ == 0 || raw_ == 0) return restart();
    const bool more = member_ > 0;
    auto noted = more ? note() : Result<void>();
    fd_.reset();
    gzip_.reset();
    return noted;
}

Result<void> LogFile::end(std::string_view last_words) {
    if (!last_words.empty())
        if (auto written = compress(last_words); !written) return written;
    if (auto ended = end_member(); !ended) return ended;
    ended_ = true;
    auto noted = noted_ ? note() : Result<void>();
    fd_.reset();
    gzip_.reset();
    return noted;
}

Result<FileDigests> LogFile::digests() {
    if (!digester_) return digest_file(path_);
    auto digests = digester_->finish();
    digester_.reset();
    return digests;
}

}  // namespace buildd::farm
