#include "policy/ending.hpp"

#include <cassert>
#include <fmt/format.h>

#include "policy/backoff.hpp"
#include "policy/cause_words.hpp"
#include "policy/give_up.hpp"
#include "policy/relations.hpp"
#include "policy/transitions.hpp"

namespace buildd::policy {

namespace {

BuilderFailure given_up(const BuilderFacts& builder, const std::string& last) {
    return {builder.id,
            fmt::format("In quarantine for a day, and each job that it was given to try failed; "
                        "the last: {}",
                        last),
            std::nullopt, given_up_by};
}

BuilderFailure failed_for_now(const BuilderFacts& builder, const std::string& reason) {
    return {builder.id, reason, probe_backoff(builder.probe_failures + 1, builder.silent_together),
            ""};
}

std::string what_happened(const EndAttempt& end) {
    if (end.fail_builder) return *end.fail_builder;
    if (!end.detail.empty()) return end.detail;
    if (end.line) return end.line->text;
    return std::string(label(end.outcome));
}

// The other outcomes say it all, or their builder's failnotes do.
std::string kept_detail(const EndAttempt& end, const std::string& dependencies) {
    if (!end.detail.empty()) return end.detail;
    if (end.outcome == Outcome::DEPFAIL) return endless_wait(dependencies).value_or("");
    if (end.outcome == Outcome::ABORTED)
        return end.fail_builder.value_or("The builder ended it by itself");
    const bool says_why = end.outcome == Outcome::SILENT || end.outcome == Outcome::STALLED ||
                          end.outcome == Outcome::OVERTIME;
    return says_why && end.line ? end.line->text : "";
}

void give_back(Ending& ending, int times) {
    ending.edit.give_back_for = giveback_delay(times);
    ending.edit.for_person = ending.left_to_person = times >= answers_for_a_person;
}

// As if the build were not given up, nor the builder blamed.
AttemptEnd edit_of(const RunningJob& job, const BuilderFacts& builder, const EndAttempt& end,
                   const std::string& dependencies) {
    AttemptEnd edit;
    edit.cookie = job.cookie();
    edit.builder = builder.id;
    edit.from = job.build.state;
    edit.build_failures_before = job.build.failure_count;
    edit.builder_failures_before = edit.builder_failures = builder.failure_count;
    edit.to = end.state;
    edit.build_failures = job.build.failure_count + (end.counted.job ? 1 : 0);
    edit.counted_build = end.counted.job;
    edit.store_info = end.store_info;
    edit.dependencies = dependencies;
    edit.leaf = end.leaf;
    edit.outcome = end.outcome;
    edit.detail = kept_detail(end, dependencies);
    edit.suspicion = suspicion_edit(builder, {record_of(builder)});
    return edit;
}

void choose_next_try(Ending& ending, const RunningJob& job, const EndAttempt& end) {
    AttemptEnd& edit = ending.edit;
    switch (end.again) {
        case Again::soon:
            if (end.outcome == Outcome::UNSTARTED && end.counted.job)
                edit.rest_for = counted_start_rest;
            break;
        case Again::fault_passes:
            edit.retry = true;
            [[fallthrough]];
        case Again::given_back:
            give_back(ending, job.givenback + 1);
            break;
        case Again::start_late:
            edit.start_again_in = start_backoff(job.failed_starts + 1);
            break;
    }
}

std::string why_it_rests(const BuilderJudged& judged, const std::string& last) {
    if (judged.step == QuarantineStep::begin)
        return fmt::format("too much speaks against it; the last: {}", last);
    if (judged.step == QuarantineStep::again)
        return fmt::format("the job that it was given to try failed: {}", last);
    return "";
}

bool is_given_up(const RunningJob& job, const BuilderFacts& builder, const EndAttempt& end,
                 const Thresholds& thresholds, const Past& past) {
    if (!end.counted.job) return false;
    const bool silent = end.outcome == Outcome::SILENT;
    const FailedAttempts failed{job.build.failure_count + 1, past.other_builders + 1,
                                past.other_silent_builders + (silent ? 1 : 0)};
    const int failures = builder.failure_count + (end.counted.builder ? 1 : 0);
    return give_up(failed, {builder.peers + 1, failures}, thresholds.job);
}

// Nobody is told of it before another builder says the same.
void ask_again(Ending& ending, const BuilderFacts& builder) {
    ending.edit.to = BuildState::NEEDSBUILD;
    ending.edit.ask_again = true;
    ending.mail = false;
    if (ending.edit.detail.empty())
        ending.edit.detail =
            fmt::format("Asked again elsewhere before it is believed, for much speaks against {}",
                        builder.name);
}

void end_build(Ending& ending, int failures, const std::string& happened) {
    AttemptEnd& edit = ending.edit;
    edit.to = BuildState::FAILEDTOBUILD;
    edit.store_info = true;
    edit.give_back_for.reset();
    edit.start_again_in.reset();
    edit.rest_for.reset();
    edit.for_person = ending.left_to_person = false;
    edit.detail =
        fmt::format("Given up after {} counted failures; the last: {}", failures, happened);
    ending.mail = ending.gave_up_build = true;
}

void take_builder(Ending& ending, const BuilderFacts& builder, const BuilderJudged& judged,
                  const std::string& happened) {
    AttemptEnd& edit = ending.edit;
    edit.builder_failures = judged.record.failures;
    edit.suspicion = suspicion_edit(builder, judged);
    edit.suspicion.reason = why_it_rests(judged, happened);
    if (judged.step == QuarantineStep::for_person) {
        edit.failure = given_up(builder, happened);
        ending.gave_up_builder = true;
    }
}

}  // namespace

BuilderRecord record_of(const BuilderFacts& builder) {
    return {builder.suspicion, builder.failure_count, builder.quarantines, builder.quarantined};
}

SuspicionEdit suspicion_edit(const BuilderFacts& builder, const BuilderJudged& judged) {
    SuspicionEdit edit;
    edit.before = builder.suspicion;
    edit.after = judged.record.suspicion;
    edit.quarantines_before = builder.quarantines;
    edit.quarantines = judged.record.quarantines;
    edit.over = judged.step == QuarantineStep::end;
    if (judged.rest.count() > 0) edit.rest = judged.rest;
    return edit;
}

bool needs_past(const BuilderFacts& builder, const EndAttempt& end) {
    if (end.outcome == Outcome::OK)
        return builder.suspicion > 0 || builder.failure_count != 0 || builder.quarantined;
    return end.outcome == Outcome::PACKAGEFAIL || end.counted.any();
}

Ending plan_ending(const RunningJob& job, const BuilderFacts& builder, const EndAttempt& end,
                   const Thresholds& thresholds, const std::string& dependencies,
                   const Past& past) {
    Ending ending;
    AttemptEnd& edit = ending.edit = edit_of(job, builder, end, dependencies);
    choose_next_try(ending, job, end);
    // Of tries that nobody asked for the first alone is told.
    ending.mail = end.mail && !(end.outcome == Outcome::CHROOTFAIL && past.chroot_failed);
    const std::string happened = what_happened(end);
    if (end.fail_builder) edit.failure = failed_for_now(builder, *end.fail_builder);
    const SaidOfBuilder said{end.outcome,
                             end.counted.builder,
                             past.source_counted,
                             builder.peers - past.unfit_peers,
                             {past.peers_package_failed, past.peers_all},
                             past.asked_again && end.outcome == Outcome::PACKAGEFAIL,
                             builder.rests.has_value(),
                             past.failed_canaries};
    const BuilderJudged judged = judge_builder(record_of(builder), said, thresholds.builder);
    if (edit.to == BuildState::NEEDSBUILD && is_given_up(job, builder, end, thresholds, past)) {
        end_build(ending, edit.build_failures, happened);  // it was the job, not the machine
    } else if (!builder.failed_for_person) {
        edit.weight = weight(said);
        edit.counted_builder = end.counted.builder;
        take_builder(ending, builder, judged, happened);
    }
    const bool doubted = is_suspect(judged.record.suspicion) || builder.quarantined;
    if (end.outcome == Outcome::PACKAGEFAIL && edit.to == BuildState::FAILEDTOBUILD && doubted &&
        said.peers > 0 && !past.asked_again)
        ask_again(ending, builder);
    if (builder.failed_for_person) edit.failure.reset();  // by someone whose reason stays
    assert(edit.from == edit.to || may_change(edit.from, edit.to));
    return ending;
}

void add_evidence(AttemptEnd& edit, const std::string& log_tail) {
    edit.on_fetch = edit.outcome == Outcome::BUILDERFAIL && failed_on_fetch(log_tail);
    edit.to_judge = cause_word(edit.outcome, !edit.file, edit.on_fetch) != CauseWord::none;
}

PlannedFailure plan_failure(const BuilderFacts& builder, const std::string& reason, bool counted,
                            const Thresholds& thresholds) {
    BuilderJudged judged{record_of(builder)};
    SaidOfBuilder said{Outcome::LOST, true, false, builder.peers};
    said.rests = builder.quarantined.has_value();  // no job was tried
    if (counted) judged = judge_builder(judged.record, said, thresholds.builder);
    PlannedFailure planned{failed_for_now(builder, reason), judged.record.failures,
                           suspicion_edit(builder, judged)};
    planned.suspicion.reason = why_it_rests(judged, reason);
    return planned;
}

}  // namespace buildd::policy
