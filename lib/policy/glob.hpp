// Globs of names: `*` is any text, `?` any character, all else itself. Pure.
#pragma once

#include <string_view>

namespace buildd::policy {

// The whole of `text`; the database's glob_pattern() means the same.
bool glob_matches(std::string_view glob, std::string_view text);

}  // namespace buildd::policy
