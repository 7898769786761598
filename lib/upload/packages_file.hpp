// A Packages index, read stanza by stanza as its bytes come: it may be larger than memory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

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

    void write(std::string_view piece);
    void finish();  // the last stanza needs no blank line after it

    // Malformed stanzas, which are passed over, and the line and the fault of the first.
    std::int64_t passed_over() const { return passed_over_; }
    const std::string& first_fault() const { return first_fault_; }

 private:
    void take_line();
    void end_stanza();
    Result<std::vector<IndexedPackage>> read_stanza() const;
    void pass_over(std::string_view why);

    Out out_;
    std::int64_t passed_over_ = 0;
    std::string first_fault_;
    bool too_long_ = false;  // the stanza; its lines are not kept
    std::string line_, stanza_;
    std::int64_t line_number_ = 0;
    std::int64_t stanza_line_ = 1;  // where the stanza begins
};

}  // namespace buildd
