// How many more jobs may run at once (`archive set --max-running`, `person set --max-running`).
#pragma once

#include <optional>

namespace buildd {

// nullopt: there is no limit. Not positive: none.
struct RunLimits {
    std::optional<int> archive;  // of the job's archive
    std::optional<int> owner;    // of all archives of that one's owner
};

}  // namespace buildd
