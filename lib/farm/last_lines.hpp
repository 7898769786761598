// The end of a build log, for people: mails, and the notes of a builder that failed.
#pragma once

#include <string>
#include <string_view>

namespace buildd::farm {

// Of a stored log, compressed or not: at most 25 lines and 4 KiB, valid UTF-8, passwords masked, no
// line end at the end. Empty when it cannot be read: nothing hangs on it. May block on the disk.
std::string last_lines(const std::string& path);

// Of a stored log, compressed or not, at most so many bytes, valid UTF-8; empty
// when it cannot be read. May block on the disk.
std::string log_end(const std::string& path, std::size_t bytes);

// The last one of `lines` that says anything; empty: none.
std::string last_line(std::string_view lines);

}  // namespace buildd::farm
