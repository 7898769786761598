// Reasons against an upload, as many as a person reads.
#pragma once

#include <string>
#include <vector>

namespace buildd {

class Reasons {
 public:
    void add(std::string reason);
    void add(const std::vector<std::string>& reasons);

    bool empty() const { return kept_.empty(); }
    // At last "… and N more".
    std::vector<std::string> lines() const;

    static constexpr std::size_t most = 100;
    static constexpr std::size_t longest = 1000;  // bytes of one

 private:
    std::vector<std::string> kept_;
    std::size_t unkept_ = 0;
};

}  // namespace buildd
