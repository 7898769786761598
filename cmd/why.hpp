// What `build why` and `queue why` share.
#pragma once

#include "command.hpp"
#include "db/why.hpp"
#include "policy/why.hpp"

namespace buildd::cmd {

policy::WhyRules why_rules(const Context& context);

// When no pass has dispatched for long: that is the commonest reason.
void print_overdue_pass(Context& context);

}  // namespace buildd::cmd
