#include "farm/fail_builder.hpp"

#include "db/builders.hpp"
#include "db/suspicion.hpp"
#include "farm/suspicion.hpp"
#include "policy/ending.hpp"

namespace buildd::farm {

namespace {

// false: somebody else has changed it meanwhile.
bool commit(const Farm& farm, const BuilderFacts& builder, const policy::PlannedFailure& planned) {
    const int before = builder.failure_count;
    if (planned.failures == before)  // it is not counted
        return db::fail_builder(farm.database, planned.failure, before);
    db::Transaction transaction(farm.database);
    if (!db::fail_builder(transaction, planned.failure, before) ||
        !db::write_suspicion(transaction, builder.id, before, planned.failures, planned.suspicion))
        return false;
    Told told;
    if (planned.suspicion.rest) told = quarantine(transaction, farm, builder, planned.suspicion);
    transaction.commit();
    say(farm, told);
    return true;
}

}  // namespace

void fail_builder(BuilderContext context, const BuilderFault& fault) {
    const Farm& farm = context.farm;
    BuilderFacts& builder = context.facts();
    context.builder.failed = true;
    if (farm.only_says("fail builder '{}': {}", builder.name, fault.reason)) return;
    auto planned = policy::plan_failure(builder, fault.reason, fault.counted, farm.thresholds());
    planned.failure.silent = fault.silent;
    if (!commit(farm, builder, planned)) {
        farm.log.info("Builder '{}' was changed by someone else meanwhile", builder.name);
        return;
    }
    ++farm.report.failed;
    farm.log.write(builder.ok ? Level::WARNING : Level::INFO,
                   fmt::format("Builder '{}' failed: {}", builder.name, planned.failure.notes));
    builder.ok = false;
    builder.failure_count = planned.failures;
    builder.suspicion = planned.suspicion.after;
    ++builder.probe_failures;
}

}  // namespace buildd::farm
