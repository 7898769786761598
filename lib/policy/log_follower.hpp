// Following a build's log by the tails that passes store. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace buildd::policy {

// Each tail is the end of the log as it was then; they overlap, or a part between is missing. The
// first line of a tail may be cut, and changed by that (mask_tail).
class LogFollower {
 public:
    static constexpr const char* gap = "\n…\n";

    // What is new in this tail: after a gap it begins with "…". The last character of a tail may
    // be half of one (U+FFFD): it is left for the next.
    std::string next(std::string_view tail);

    bool begun() const { return !seen_.empty(); }
    // The end of what was shown as it stands in the stored log: from behind the last masked
    // password or replaced byte. At most 1 KiB.
    std::string_view mark() const;

 private:
    std::string seen_;  // the last tail
};

// Where in a stream a text stands last.
class LogSearch {
 public:
    explicit LogSearch(std::string_view text) : text_(text) {}

    void take(std::string_view piece);
    bool found() const { return end_ > 0; }
    std::uint64_t end() const { return end_; }  // offset behind it; 0: it was not found

 private:
    std::string text_;
    std::string kept_;          // the stream's end, one byte shorter than the text
    std::uint64_t passed_ = 0;  // before kept_
    std::uint64_t end_ = 0;
};

}  // namespace buildd::policy
