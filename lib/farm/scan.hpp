// scan: is the builder healthy, and does it work on a job we know? (spec: behaviour §3)
#pragma once

#include "farm/builder_context.hpp"

namespace buildd::farm {

// `collects`: collect follows, and has a row for everything that a builder with a job may say.
net::Task<> scan(BuilderContext context, bool collects);

}  // namespace buildd::farm
