// collect: what became of the builder's job? (spec: behaviour §4, §5)
#pragma once

#include "farm/builder_context.hpp"

namespace buildd::farm {

// The builder has a job, whose build() was sent. Throws worker::Cut and db::StatementError.
net::Task<> collect(BuilderContext context);

}  // namespace buildd::farm
