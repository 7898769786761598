// What something in the farm is, beside what an admin wants it to be: `add` refuses to change what
// is there, `set` tells what it has changed.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildd::db {

struct Value {
    std::string name;                   // as an admin says it
    std::string is;                     // "": nothing
    std::optional<std::string> wanted;  // nullopt: nothing was said of it
};
using Values = std::vector<Value>;

// Those that are wanted to be other than they are.
Values differing(Values values);

// One of `values` is called so.
bool holds_any(const Values& values, std::initializer_list<std::string_view> names);

std::string yes_or_no(bool value);
std::optional<std::string> yes_or_no(const std::optional<bool>& value);

// For `add`: throws Failure(usage) unless all is as it is wanted, with what is there, what is
// wanted, and `set`, the command that changes it.
void refuse_to_change(const std::string& what, const Values& values, const std::string& set);

}  // namespace buildd::db
