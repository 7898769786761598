#include "farm/collect.hpp"

#include "db/attempts.hpp"
#include "farm/collect_steps.hpp"
#include "farm/job_state.hpp"
#include "policy/build_limit.hpp"

namespace buildd::farm {

namespace {

// Only of one that has run for long is asked how long others ran. nullopt: it is in time.
std::optional<std::chrono::seconds> limit_of_build(const Farm& farm, const RunningJob& job) {
    const auto& timeouts = farm.settings().build_timeout;
    if (!policy::may_be_overtime(timeouts, job)) return std::nullopt;
    return policy::build_limit(timeouts, job.build,
                               db::longest_good_build(farm.database, job.build.id));
}

}  // namespace

net::Task<> collect(BuilderContext context) {
    if (!job_state_is_sound(context.farm, context.facts())) co_return;
    const Farm& farm = context.farm;
    const BuilderFacts& builder = context.facts();
    Turn turn(farm.loop, farm.results, farm.limits().transfer, builder.job->fetching);
    auto status = co_await context.session().status();
    auto limits = farm.limits();
    limits.build = limit_of_build(farm, *builder.job);
    auto decision = policy::decide_collect(*builder.job, builder, *status, limits);
    const bool stops_aborting = *status && !policy::is_aborting(decision) && builder.aborting;
    if (stops_aborting) context.ledger.not_aborting(builder);
    status.reset();  // the session forgets it when the builder is freed
    const CollectContext collecting{context, turn};
    co_await apply_decision(collecting, std::move(decision));
}

}  // namespace buildd::farm
