// scan: is the builder healthy, and does it work on a job we know? (spec: behaviour §3)
#include "db/attempts.hpp"
#include "db/builders.hpp"
#include "db/suspicion.hpp"
#include "farm/suspicion.hpp"
#include "farm/visit.hpp"
#include "policy/health.hpp"

namespace buildd::farm {

bool Visit::should_probe() const {
    return (builder_.ok || builder_.probe_due) && builder_.family_has_chroot &&
           policy::may_probe(builder_, farm_.start_rules());
}

net::Task<> Visit::scan() {
    auto healthy = co_await probe();
    if (!healthy) co_return;
    co_await know_status();
    const auto& status = *status_;
    if (!status) {
        fail(status.error().message, false);
        co_return;
    }
    if (!status->version.empty()) builder_.version = status->version;
    ledger_.healthy(builder_);
    if (!builder_.ok) {
        farm_.log.info("Builder '{}' is back", builder_.name);
        if (builder_.silent && builder_.silent_together.all > 1 && !farm_.dry_run)
            db::probe_silent_too(farm_.database, *builder_.silent);
        builder_.ok = true;
        builder_.probe_failures = 0;
    }
    const bool busy_for_us = builder_.job && stages_.collect;
    if (busy_for_us) co_return;  // collect has a row for everything it may say
    if (status->builder_status == BuilderStatus::UNKNOWN)
        fail(fmt::format("Unknown status code ({}) returned from status() probe.",
                         one_line(status->raw_builder_status)),
             true);
    else
        co_await rescue_if_lost();
}

net::Task<bool> Visit::probe() {
    auto echoed = co_await client_.echo();
    if (!echoed) {
        status_.emplace(Error{echoed.error().message});  // collect need not ask again
        fail(echoed.error().message, false,
             echoed.error().kind == worker::CallError::Kind::transport);
        co_return false;
    }
    if (const auto fault = policy::echo_fault(*echoed)) {
        fail(*fault, false);
        co_return false;
    }
    auto info = co_await client_.info();
    if (!info) {
        fail(info.error().message, false);
        co_return false;
    }
    if (const auto fault = policy::info_fault(*info, builder_.family_tags)) {
        fail(*fault, false);
        co_return false;
    }
    builder_.architecture_tag = info->architecture_tag;
    info_ = std::move(*info);
    co_return true;
}

net::Task<> Visit::rescue_if_lost() {
    const WorkerStatus status = **status_;
    watch_aborting();
    const auto call = policy::rescue_call(status.builder_status);
    if (call == policy::BuilderCall::none) co_return;
    if (builder_.job && status.build_id == builder_.job->cookie().text()) co_return;
    const auto cookie = parse_cookie(status.build_id);
    CookieFacts facts;
    if (cookie) facts = db::look_up_cookie(farm_.database, *cookie, builder_.id);
    const auto reason = policy::lost_reason(cookie, facts);
    if (reason) co_await rescue(one_line(status.build_id), *reason, call);
}

net::Task<> Visit::rescue(std::string cookie, std::string reason, policy::BuilderCall call) {
    const bool clean = call == policy::BuilderCall::clean;
    if (farm_.only_says("{} builder '{}', rescued from '{}: {}'", clean ? "clean" : "abort",
                        builder_.name, cookie, reason))
        co_return;
    worker::CallResult<void> done;
    if (clean)
        done = co_await client_.clean();
    else
        done = co_await client_.abort();
    status_.reset();
    if (!done) {
        fail(fmt::format("Could not be rescued from '{}: {}': {}", cookie, reason,
                         done.error().message),
             false);
        co_return;
    }
    ++farm_.report.rescued;
    farm_.log.warning("Builder '{}' rescued from '{}: {}'", builder_.name, cookie, reason);
}

// The clock of a builder that aborts a job which is not ours.
void Visit::watch_aborting() {
    if ((*status_)->builder_status != BuilderStatus::ABORTING) {
        if (builder_.aborting) ledger_.not_aborting(builder_);
        return;
    }
    const auto limit = farm_.settings().abort_timeout;
    ledger_.aborting(builder_);
    if (builder_.aborting && *builder_.aborting >= limit)
        fail(fmt::format("Builder did not abort its job within {}", show_duration(limit)), true);
}

void Visit::fail(const std::string& reason, bool counted, bool silent) {
    failed_now_ = true;
    if (farm_.only_says("fail builder '{}': {}", builder_.name, reason)) return;
    auto planned = policy::plan_failure(builder_, reason, counted, farm_.thresholds());
    planned.failure.silent = silent;
    if (!commit(planned)) {
        farm_.log.info("Builder '{}' was changed by someone else meanwhile", builder_.name);
        return;
    }
    ++farm_.report.failed;
    farm_.log.write(builder_.ok ? Level::WARNING : Level::INFO,
                    fmt::format("Builder '{}' failed: {}", builder_.name, planned.failure.notes));
    builder_.ok = false;
    builder_.failure_count = planned.failures;
    builder_.suspicion = planned.suspicion.after;
    ++builder_.probe_failures;
}

bool Visit::commit(const policy::PlannedFailure& planned) {
    const int before = builder_.failure_count;
    if (planned.failures == before)  // it is not counted
        return db::fail_builder(farm_.database, planned.failure, before);
    db::Transaction transaction(farm_.database);
    if (!db::fail_builder(farm_.database, planned.failure, before) ||
        !db::write_suspicion(farm_.database, builder_.id, before, planned.failures,
                             planned.suspicion))
        return false;
    Told told;
    if (planned.suspicion.rest) told = quarantine(farm_, builder_, planned.suspicion);
    transaction.commit();
    say(farm_, told);
    return true;
}

}  // namespace buildd::farm
