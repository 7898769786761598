#include "farm/scan.hpp"

#include "db/builders.hpp"
#include "farm/fail_builder.hpp"
#include "farm/rescue.hpp"
#include "policy/health.hpp"

namespace buildd::farm {

namespace {

void is_back(BuilderContext context) {
    const Farm& farm = context.farm;
    BuilderFacts& builder = context.facts();
    farm.log.info("Builder '{}' is back", builder.name);
    if (builder.silent && builder.silent_together.all > 1 && !farm.dry_run)
        db::probe_silent_too(farm.database, *builder.silent);
    builder.ok = true;
    builder.probe_failures = 0;
}

// echo() and info(). The error: why it is unfit.
net::Task<Result<void, BuilderFault>> probe(BuilderContext context) {
    auto echoed = co_await context.session().echo();
    if (!echoed) {
        const bool silent = echoed.error().kind == worker::CallError::Kind::transport;
        co_return BuilderFault{echoed.error().message, false, silent};
    }
    if (const auto fault = policy::echo_fault(*echoed)) co_return BuilderFault{*fault};
    auto info = co_await context.session().info();
    if (!info) co_return BuilderFault{info.error().message};
    if (const auto fault = policy::info_fault(*info, context.facts().family_tags))
        co_return BuilderFault{*fault};
    context.facts().architecture_tag = info->architecture_tag;
    co_return Result<void, BuilderFault>();
}

}  // namespace

net::Task<> scan(BuilderContext context, bool collects) {
    BuilderFacts& builder = context.facts();
    auto healthy = co_await probe(context);
    if (!healthy) {
        fail_builder(context, healthy.error());
        co_return;
    }
    auto answer = co_await context.session().status();
    const Result<WorkerStatus>& status = *answer;
    if (!status) {
        fail_builder(context, {status.error().message});
        co_return;
    }
    if (!status->version.empty()) builder.version = status->version;
    context.ledger.healthy(builder);
    if (!builder.ok) is_back(context);
    if (builder.job && collects) co_return;
    if (status->builder_status == BuilderStatus::UNKNOWN)
        fail_builder(context, {policy::unknown_status_fault(*status), true});
    else
        co_await rescue_if_lost(context);
}

}  // namespace buildd::farm
