#include "policy/blame.hpp"

namespace buildd::policy {

Blame blame(Counts before, Counted event, const Thresholds& thresholds) {
    Blame result;
    result.counts = {before.job + (event.job ? 1 : 0), before.builder + (event.builder ? 1 : 0)};
    const Counts& now = result.counts;
    if (event.job && now.job >= thresholds.job && now.job > now.builder) {
        result.give_up_build = true;
        result.counts.builder = 0;  // it was the job, not the machine
    } else if (event.builder && now.builder >= thresholds.builder) {
        result.give_up_builder = true;
    }
    return result;
}

}  // namespace buildd::policy
