#include "db/values.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/text.hpp"

namespace buildd::db {

Values differing(Values values) {
    const auto same = [](const Value& one) { return !one.wanted || *one.wanted == one.is; };
    values.erase(std::remove_if(values.begin(), values.end(), same), values.end());
    return values;
}

bool holds_any(const Values& values, std::initializer_list<std::string_view> names) {
    return std::any_of(values.begin(), values.end(), [&](const Value& one) {
        return std::find(names.begin(), names.end(), one.name) != names.end();
    });
}

std::string yes_or_no(bool value) {
    return value ? "yes" : "no";
}

std::optional<std::string> yes_or_no(const std::optional<bool>& value) {
    if (!value) return std::nullopt;
    return yes_or_no(*value);
}

void refuse_to_change(const std::string& what, const Values& values, const std::string& set) {
    std::vector<std::string> others;
    for (const auto& one : differing(values))
        others.push_back(fmt::format("{} {} (wanted: {})", one.name,
                                     one.is.empty() ? "none" : one.is,
                                     one.wanted->empty() ? "none" : *one.wanted));
    if (others.empty()) return;
    throw Failure(ExitStatus::usage,
                  fmt::format("{} is there already, with other values: {}; '{}' changes them", what,
                              join(others, ", "), set));
}

}  // namespace buildd::db
