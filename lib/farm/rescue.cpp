#include "farm/rescue.hpp"

#include "base/text.hpp"
#include "db/attempts.hpp"
#include "farm/fail_builder.hpp"
#include "policy/health.hpp"
#include "policy/rescue.hpp"

namespace buildd::farm {

namespace {

using policy::BuilderCall;

void watch_aborting(BuilderContext context, const WorkerStatus& status) {
    const BuilderFacts& builder = context.facts();
    if (status.builder_status != BuilderStatus::ABORTING) {
        if (builder.aborting) context.ledger.not_aborting(builder);
        return;
    }
    context.ledger.aborting(builder);
    if (const auto fault = policy::abort_fault(builder, context.farm.settings().abort_timeout))
        fail_builder(context, {*fault, true});
}

net::Task<> rescue(BuilderContext context, std::string cookie, std::string reason,
                   BuilderCall call) {
    const Farm& farm = context.farm;
    const std::string& name = context.facts().name;
    const bool clean = call == BuilderCall::clean;
    if (farm.only_says("{} builder '{}', rescued from '{}: {}'", clean ? "clean" : "abort", name,
                       cookie, reason))
        co_return;
    worker::CallResult<void> done;
    if (clean)
        done = co_await context.session().clean();
    else
        done = co_await context.session().abort();
    if (!done) {
        fail_builder(context, {fmt::format("Could not be rescued from '{}: {}': {}", cookie, reason,
                                           done.error().message)});
        co_return;
    }
    ++farm.report.rescued;
    farm.log.warning("Builder '{}' rescued from '{}: {}'", name, cookie, reason);
}

}  // namespace

net::Task<> rescue_if_lost(BuilderContext context) {
    auto answer = co_await context.session().status();
    if (!*answer) co_return;
    const WorkerStatus& status = **answer;
    const BuilderFacts& builder = context.facts();
    watch_aborting(context, status);
    const auto call = policy::rescue_call(status.builder_status);
    if (call == BuilderCall::none) co_return;
    if (builder.job && status.build_id == builder.job->cookie().text()) co_return;
    const auto cookie = parse_cookie(status.build_id);
    CookieFacts facts;
    if (cookie) facts = db::look_up_cookie(context.farm.database, *cookie, builder.id);
    const auto reason = policy::lost_reason(cookie, facts);
    if (!reason) co_return;
    std::string told = one_line(status.build_id);
    co_await rescue(context, std::move(told), *reason, call);
}

}  // namespace buildd::farm
