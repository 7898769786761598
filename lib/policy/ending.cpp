#include "policy/ending.hpp"

#include <fmt/format.h>

#include "policy/backoff.hpp"
#include "policy/relations.hpp"

namespace buildd::policy {

namespace {

// An attempt that shows that its builder works (spec: behaviour §2, "Counting").
bool clears_builder(const CollectVerdict& verdict) {
    return verdict.outcome == Outcome::OK || verdict.outcome == Outcome::PACKAGEFAIL ||
           verdict.outcome == Outcome::DEPFAIL;
}

BuilderFailure given_up(const BuilderFacts& builder, int failures, const std::string& last) {
    return {builder.id,
            fmt::format("{} counted failures without a good attempt; the last: {}", failures, last),
            std::nullopt, given_up_by};
}

BuilderFailure failed_for_now(const BuilderFacts& builder, const std::string& reason) {
    return {builder.id, reason, probe_backoff(builder.probe_failures + 1), ""};
}

std::string what_happened(const CollectVerdict& verdict, const std::string& detail) {
    if (verdict.fail_builder) return *verdict.fail_builder;
    if (!detail.empty()) return detail;
    if (verdict.say) return verdict.say->text;
    return std::string(label(verdict.outcome));
}

// The other outcomes say it all, or their builder's failnotes do.
std::string kept_detail(const CollectVerdict& verdict, const std::string& detail,
                        const std::string& dependencies) {
    if (!detail.empty()) return detail;
    if (verdict.outcome == Outcome::DEPFAIL) return endless_wait(dependencies).value_or("");
    if (verdict.outcome == Outcome::ABORTED)
        return verdict.fail_builder.value_or("The builder ended it by itself");
    const bool says_why = verdict.outcome == Outcome::SILENT ||
                          verdict.outcome == Outcome::STALLED ||
                          verdict.outcome == Outcome::OVERTIME;
    return says_why && verdict.say ? verdict.say->text : "";
}

void give_back(Ending& ending, int times) {
    ending.edit.give_back_for = giveback_delay(times);
    ending.edit.for_person = ending.left_to_person = times >= answers_for_a_person;
}

}  // namespace

Ending plan_ending(const RunningJob& job, const BuilderFacts& builder,
                   const CollectVerdict& verdict, const Thresholds& thresholds,
                   const std::string& dependencies, const std::string& detail) {
    const Blame result =
        blame({job.build.failure_count, builder.failure_count}, verdict.counted, thresholds);
    Ending ending;
    AttemptEnd& edit = ending.edit;
    edit.cookie = job.cookie();
    edit.builder = builder.id;
    edit.from = job.build.state;
    edit.build_failures_before = job.build.failure_count;
    edit.builder_failures_before = builder.failure_count;
    edit.to = verdict.state;
    edit.build_failures = result.counts.job;
    edit.builder_failures = clears_builder(verdict) ? 0 : result.counts.builder;
    edit.counted_build = verdict.counted.job;
    edit.counted_builder = verdict.counted.builder;
    edit.store_info = verdict.store_info;
    edit.dependencies = dependencies;
    edit.leaf = verdict.leaf;
    if (verdict.giveback) give_back(ending, job.givenback + 1);
    edit.retry = verdict.retry;
    if (verdict.start_again) edit.start_again_in = start_backoff(job.failed_starts + 1);
    edit.outcome = verdict.outcome;
    edit.detail = kept_detail(verdict, detail, dependencies);
    ending.mail = verdict.mail;
    const std::string happened = what_happened(verdict, detail);
    if (verdict.fail_builder) edit.failure = failed_for_now(builder, *verdict.fail_builder);
    if (result.give_up_builder) {
        edit.failure = given_up(builder, result.counts.builder, happened);
        ending.gave_up_builder = true;
    }
    if (builder.failed_for_person) {  // out of use already, by someone whose reason stays
        edit.failure.reset();
        ending.gave_up_builder = false;
    }
    if (result.give_up_build && edit.to == BuildState::NEEDSBUILD) {
        edit.to = BuildState::FAILEDTOBUILD;
        edit.store_info = true;
        edit.give_back_for.reset();
        edit.start_again_in.reset();
        edit.for_person = ending.left_to_person = false;
        edit.detail = fmt::format("Given up after {} counted failures; the last: {}",
                                  result.counts.job, happened);
        ending.mail = ending.gave_up_build = true;
    }
    return ending;
}

BuilderFailure plan_failure(const BuilderFacts& builder, const std::string& reason, bool counted,
                            const Thresholds& thresholds) {
    const Blame result = blame({0, builder.failure_count}, {false, counted}, thresholds);
    if (result.give_up_builder) return given_up(builder, result.counts.builder, reason);
    return failed_for_now(builder, reason);
}

}  // namespace buildd::policy
