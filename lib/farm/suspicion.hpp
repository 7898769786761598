// What the end of an attempt means for builders, besides the one on which it ended; and what
// follows for a builder's verdicts as it is put in quarantine.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "farm/farm.hpp"
#include "model/builder.hpp"
#include "policy/ending.hpp"

namespace buildd::farm {

// Lines to be logged once the transaction is committed.
using Told = std::vector<std::pair<Level, std::string>>;

// Within the transaction that ends it. An attempt that ends well speaks against the builders that
// had failed the build; one that ends PACKAGEFAIL as it did before, or gives the build up, clears
// them.
Told judge_others(db::Transaction& transaction, const Farm& farm, const RunningJob& job,
                  const policy::Ending& ending);

// These rows of `evidence` were no fault of their builders, whose
// counts and suspicion are as if they had not been; a quarantine that nothing else has caused ends.
Told clear_builders(db::Transaction& transaction, const Farm& farm,
                    const std::vector<std::int64_t>& evidence);

// Within the transaction that puts it there, `edit` being written; `builder` is as it was before.
// With its first, its doubtful verdicts are asked again, who was told of them is told so, and the
// admins are told what it built well meanwhile.
Told quarantine(db::Transaction& transaction, const Farm& farm, const BuilderFacts& builder,
                const SuspicionEdit& edit);

void say(const Farm& farm, const Told& told);

}  // namespace buildd::farm
