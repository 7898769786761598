// What `build why`, `queue why` and `status` share.
#pragma once

#include "command.hpp"
#include "db/why.hpp"
#include "policy/why.hpp"

namespace buildd::cmd {

policy::WhyRules why_rules(const Context& context);

// An object, or null.
std::string to_json(const std::optional<LastPass>& pass);

}  // namespace buildd::cmd
