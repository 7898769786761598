// A Packages index, read stanza by stanza as its bytes come: it may be larger than memory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace buildd {

struct IndexedPackage {
    std::string name, version, architecture;
    std::string provides;   // the field as it stands, on one line
    std::string multiarch;  // the Multi-Arch field; "no" without one
};

class PackagesReader {
 public:
    using Out = std::function<void(IndexedPackage)>;
    explicit PackagesReader(Out out) : out_(std::move(out)) {}

    // Error: the line where a malformed stanza begins, and why. Call nothing after one.
    Result<void> write(std::string_view piece);
    Result<void> finish();  // the last stanza needs no blank line after it

 private:
    Result<void> take_line();
    Result<void> end_stanza();
    Error refuse(std::string_view why) const;

    Out out_;
    std::string line_, stanza_;
    std::int64_t line_number_ = 0;
    std::int64_t stanza_line_ = 1;  // where the stanza begins
};

}  // namespace buildd
