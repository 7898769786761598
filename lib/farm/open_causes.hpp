// Which of the open breakers would hold a single job.
#pragma once

#include <optional>
#include <vector>

#include "db/breakers.hpp"
#include "farm/shared_book.hpp"

namespace buildd::farm {

std::vector<policy::Cause> causes_of(SharedBook& book, const std::vector<db::BreakerRow>& open);

// Index of the first of them. nullopt: none. The job's places are known; of its files, those that
// it has.
std::optional<std::size_t> holder_of(SharedBook& book, const std::vector<policy::Cause>& causes,
                                     const PendingJob& job);

}  // namespace buildd::farm
