// Guessing what a mistyped name was meant to be, for messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildd {

// The one of `known` that takes the fewest edits (letters added, left out or changed) to become
// `word`, the first of several; nullopt if that is more than a third of its letters.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace buildd
