// A child's output in a file of bounded size.
#pragma once

#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace buildd::supervise {

// The first bytes and the last ones; between them a line says how many were left out. A file that
// cannot be written loses output and nothing else: what is left goes on being read.
class OutputFile {
 public:
    static constexpr std::size_t most = 16 << 20;
    static constexpr std::size_t last = 64 << 10;

    explicit OutputFile(const std::string& path);

    void add(std::string_view bytes);
    void finish();  // writes the last bytes; call once

 private:
    Fd file_;
    std::string path_;
    std::size_t written_ = 0;
    std::uint64_t left_out_ = 0;
    std::string tail_;
};

}  // namespace buildd::supervise
