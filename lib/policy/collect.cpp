#include "policy/collect.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/collect_waiting.hpp"
#include "policy/health.hpp"
#include "policy/rescue.hpp"

namespace buildd::policy {

namespace {

constexpr const char* terminating = "Waiting for slave process to be terminated";

bool over(const std::optional<std::chrono::seconds>& age, std::chrono::seconds limit) {
    return age && *age >= limit;
}

EndAttempt cancelled(Freeing freeing) {
    EndAttempt end = finish_build(BuildState::CANCELLED, Outcome::CANCELLED);
    end.log = freeing == Freeing::clean ? LogNeed::wanted : LogNeed::none;
    end.freeing = freeing;
    return end;
}

// The table for one job, row by row.
class CollectTable {
 public:
    CollectTable(const RunningJob& job, const BuilderFacts& builder, const CollectLimits& limits)
        : job_(job), builder_(builder), limits_(limits) {}

    CollectDecision no_answer(const std::string& reason) const {
        if (over(job_.silent, limits_.contact)) return gave_up_silence(reason);
        return NoContact{{Level::DEBUG, fmt::format("Could not contact the builder {}, caught a "
                                                    "({})",
                                                    builder_.url, reason)}};
    }

    CollectDecision answer(const WorkerStatus& status) const {
        if (status.builder_status == BuilderStatus::UNKNOWN) return unknown_builder_status(status);
        const bool idle = status.builder_status == BuilderStatus::IDLE;
        if (!idle && status.build_id != job_.cookie().text()) return lost(status);
        if (cancelling()) return cancel(status);
        switch (status.builder_status) {
            case BuilderStatus::IDLE:
                return idle_builder();
            case BuilderStatus::BUILDING:
                return building(status);
            case BuilderStatus::ABORTING:
                return aborting();
            case BuilderStatus::ABORTED:
                return aborted_by_itself();
            default:
                return decide_waiting(job_, builder_, status, limits_.depwait);
        }
    }

 private:
    bool cancelling() const { return job_.build.state == BuildState::CANCELLING; }

    // The same end of the attempt for a build that was to be cancelled: it is not built again.
    EndAttempt unless_cancelling(EndAttempt end) const {
        if (!cancelling()) return end;
        end.state = BuildState::CANCELLED;
        end.outcome = Outcome::CANCELLED;
        end.store_info = true;
        end.counted.job = false;
        return end;
    }

    EndAttempt gave_up_silence(const std::string& reason) const {
        EndAttempt end = reset_job(Outcome::SILENT, {true, true});
        end.line = {
            Level::WARNING,
            fmt::format("Builder {} was silent for {} about build {} ({}) -- resetting it",
                        builder_.url, show_duration(*job_.silent), job_.build.title(), reason)};
        return unless_cancelling(std::move(end));
    }

    EndAttempt unknown_builder_status(const WorkerStatus& status) const {
        const std::string word = one_line(status.raw_builder_status);
        EndAttempt end = reset_job(Outcome::LOST, {false, true});
        end.fail_builder = unknown_status_fault(status);
        end.line = {Level::CRITICAL, fmt::format("Builder on {} returned unknown status {}, "
                                                 "failing it",
                                                 builder_.url, word)};
        return unless_cancelling(std::move(end));
    }

    EndAttempt lost(const WorkerStatus& status) const {
        EndAttempt end = reset_job(Outcome::LOST, {false, true});
        if (rescue_call(status.builder_status) != BuilderCall::none) end.freeing = Freeing::rescue;
        return unless_cancelling(std::move(end));
    }

    EndAttempt idle_builder() const {
        EndAttempt end = reset_job(Outcome::FORGOTTEN, {true, true});
        end.line = {Level::WARNING,
                    fmt::format("Builder {} forgot about build {} -- resetting buildqueue record",
                                builder_.url, job_.build.title())};
        return end;
    }

    CollectDecision building(const WorkerStatus& status) const {
        std::string logtail = mask_tail(to_utf8(status.logtail.value_or("")));
        if (builder_.failed_for_person) return aborted_here(Outcome::DISABLED, {});
        if (limits_.build && over(job_.building, *limits_.build)) return overtime();
        const bool same = logtail == job_.logtail;
        if (same && over(job_.tail_unchanged, limits_.stall)) return stalled();
        return StillRunning{std::move(logtail)};
    }

    static EndAttempt aborted_here(Outcome outcome, Counted counted) {
        EndAttempt end = reset_job(outcome, counted);
        end.log = LogNeed::wanted;
        end.freeing = Freeing::abort;
        return end;
    }

    // However much it writes: the builder has shown nothing wrong.
    EndAttempt overtime() const {
        EndAttempt end = aborted_here(Outcome::OVERTIME, {true, false});
        end.line = {Level::WARNING,
                    fmt::format("Build {} on {} has run for {}, longer than build_timeout ({}) -- "
                                "aborting and resetting it",
                                job_.build.title(), builder_.url, show_duration(*job_.building),
                                show_duration(*limits_.build))};
        return end;
    }

    EndAttempt stalled() const {
        EndAttempt end = aborted_here(Outcome::STALLED, {true, true});
        end.line = {
            Level::WARNING,
            fmt::format("Build {} on {} has written nothing for {} -- aborting and resetting it",
                        job_.build.title(), builder_.url, show_duration(*job_.tail_unchanged))};
        return end;
    }

    CollectDecision aborting() const {
        const auto fault = abort_fault(builder_, limits_.abort);
        if (!fault) return StillRunning{terminating, true};
        EndAttempt end = reset_job(Outcome::ABORTED, {false, true});
        end.log = LogNeed::wanted;
        end.fail_builder = *fault;
        return end;
    }

    CollectDecision cancel(const WorkerStatus& status) const {
        switch (status.builder_status) {
            case BuilderStatus::IDLE:
                return cancelled(Freeing::none);
            case BuilderStatus::WAITING:
            case BuilderStatus::ABORTED:
                return cancelled(Freeing::clean);
            default:
                break;
        }
        if (over(job_.abort_requested, limits_.abort)) return not_aborted();
        if (status.builder_status == BuilderStatus::ABORTING)
            return StillRunning{job_.logtail.empty() ? terminating : job_.logtail, true};
        return RequestAbort{};  // again: a pass may have died between noting and sending it
    }

    EndAttempt not_aborted() const {
        EndAttempt end = cancelled(Freeing::none);
        end.log = LogNeed::wanted;
        end.fail_builder = not_aborted_fault(limits_.abort);
        end.counted = {false, true};
        return end;
    }

    const RunningJob& job_;
    const BuilderFacts& builder_;
    const CollectLimits& limits_;
};

}  // namespace

CollectDecision decide_collect(const RunningJob& job, const BuilderFacts& builder,
                               const Result<WorkerStatus>& answer, const CollectLimits& limits) {
    const CollectTable table(job, builder, limits);
    CollectDecision decision =
        answer ? table.answer(*answer) : table.no_answer(answer.error().message);
    if (auto* end = std::get_if<EndAttempt>(&decision)) keep_fullybuilt(job, *end);
    return decision;
}

bool is_aborting(const CollectDecision& decision) {
    const auto* running = std::get_if<StillRunning>(&decision);
    return running != nullptr && running->aborting;
}

JobState check_job_state(BuildState state) {
    switch (state) {
        case BuildState::BUILDING:
        case BuildState::CANCELLING:
        case BuildState::FULLYBUILT:  // by an uploader that was faster
            return JobState::sound;
        case BuildState::NEEDSBUILD:
            return JobState::repair;
        default:
            return JobState::contradiction;
    }
}

Attention job_contradiction(const RunningJob& job, const BuilderFacts& builder) {
    return {
        fmt::format("contradiction {}", job.cookie().text()),
        {Level::ERROR, fmt::format("{} ({}) is {} but its job {} has the builder '{}'; left alone",
                                   job.build.title(), job.build.id.value, label(job.build.state),
                                   job.id.value, builder.name)}};
}

}  // namespace buildd::policy
