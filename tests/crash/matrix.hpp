// Many points, shared out among worker processes.
#pragma once

#include "crash/options.hpp"

namespace crash {

// Prints what is violated as it is found, and a line of figures when a command is through. The
// number of violations.
int run_matrix(const Options& options);

}  // namespace crash
