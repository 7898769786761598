// Which architectures a source is built for (spec: behaviour §9).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace buildd::policy {

// Does one word of an Architecture field (`any`, `i386`, `linux-any`, `any-i386`, `all` never)
// name the Debian architecture `tag`? (Debian policy 11.1; dpkg's own tables.)
bool architecture_matches(std::string_view word, std::string_view tag);

// The names of all architectures that dpkg knows: `amd64`, `kfreebsd-i386` …
const std::vector<std::string>& known_architectures();

}  // namespace buildd::policy
