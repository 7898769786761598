// A builder is taken out of use until a later probe finds it healthy (spec: behaviour §2,
// "Counting").
#pragma once

#include <string>

#include "farm/builder_context.hpp"

namespace buildd::farm {

// What is wrong with it.
struct BuilderFault {
    std::string reason;
    bool counted = false;  // against it
    bool silent = false;   // no answer came at all
};

// Logs it, and gives it no job in this pass. Left as it is if somebody else has changed it
// meanwhile. Throws db::StatementError.
void fail_builder(BuilderContext context, const BuilderFault& fault);

}  // namespace buildd::farm
