// Whether a file that a builder could not fetch, or not in time, is there at all.
#pragma once

#include <chrono>
#include <string>

#include "farm/file_inquiry.hpp"
#include "farm/finish_attempt.hpp"

namespace buildd::farm {

// So long a URL opens a file beyond the start that it was made for; another one at each asking.
inline constexpr std::chrono::minutes longer_than_a_start{15};

// What the file's own server says; what of ours is at fault is told. `opening`: the URL as the
// builder was told it. Throws worker::Cut.
net::Task<Asked> ask_its_server(const Farm& farm, FileInquiry& inquiry, std::string url,
                                std::string opening);

// The same of a file that did not come in time, noted in `file`, which outlives the call and has
// its URL. That the file is there does not show that all of it would come: not known.
net::Task<> ask_for_late_file(const Farm& farm, FileInquiry& inquiry, FileWait& file);

}  // namespace buildd::farm
