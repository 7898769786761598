#include "supervise/output_file.hpp"

#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>

namespace buildd::supervise {

namespace {

constexpr std::size_t note_room = 128;
constexpr std::size_t first = OutputFile::most - OutputFile::last - note_room;

}  // namespace

OutputFile::OutputFile(const std::string& path) : path_(path) {
    auto file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0640);
    if (file) file_ = std::move(*file);
}

void OutputFile::add(std::string_view bytes) {
    const auto head = bytes.substr(0, first - std::min(first, written_));
    written_ += head.size();
    if (file_.open() && !write_all(file_.get(), head, path_)) file_.reset();
    tail_.append(bytes.substr(head.size()));
    if (tail_.size() <= 2 * last) return;
    left_out_ += tail_.size() - last;
    tail_.erase(0, tail_.size() - last);
}

void OutputFile::finish() {
    if (!file_.open() || tail_.empty()) return;
    if (tail_.size() > last) {
        left_out_ += tail_.size() - last;
        tail_.erase(0, tail_.size() - last);
    }
    if (left_out_ > 0)
        tail_.insert(0, fmt::format("\n[{} bytes of output were left out here]\n", left_out_));
    const auto written = write_all(file_.get(), tail_, path_);
    if (!written) file_.reset();
}

}  // namespace buildd::supervise
