// Characters that a reader does not see, or that change the order in which others are shown: with
// them a name or a log line looks like another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace buildd {

struct Hidden {
    std::size_t length = 0;  // bytes; 0: `text` begins with none
    char32_t code = 0;
};

// The character that `text` (valid UTF-8) begins with, if it is one of Unicode's marks for the
// direction of writing, of no width, a line or paragraph separator, an interlinear mark or a tag.
Hidden hidden_at(std::string_view text);

// "<U+202E>".
std::string made_visible(const Hidden& hidden);

}  // namespace buildd
