// Matchers under the names they have in Catch2 version 3.
#pragma once

#include <string>

#include "test.hpp"

namespace fleet {

#if CATCH_VERSION_MAJOR >= 3
using Catch::Matchers::ContainsSubstring;
#else
inline auto ContainsSubstring(const std::string& part) {
    return Catch::Matchers::Contains(part);
}
#endif

}  // namespace fleet
