#include "policy/collect.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd::policy {

namespace {

constexpr const char* terminating = "Waiting for slave process to be terminated";

CollectVerdict reset(Outcome outcome, Counted counted) {
    CollectVerdict verdict;
    verdict.fate = JobFate::reset;
    verdict.state = BuildState::NEEDSBUILD;
    verdict.outcome = outcome;
    verdict.counted = counted;
    return verdict;
}

CollectVerdict finish(BuildState state, Outcome outcome) {
    CollectVerdict verdict;
    verdict.fate = JobFate::finish;
    verdict.state = state;
    verdict.outcome = outcome;
    verdict.log = LogWish::required;
    verdict.store_info = true;
    verdict.call = BuilderCall::clean;
    return verdict;
}

CollectVerdict cancelled(BuilderCall call) {
    CollectVerdict verdict = finish(BuildState::CANCELLED, Outcome::CANCELLED);
    verdict.log = call == BuilderCall::clean ? LogWish::wanted : LogWish::none;
    verdict.call = call;
    return verdict;
}

CollectVerdict silent(const std::string& reason) {
    CollectVerdict verdict;
    verdict.fate = JobFate::silent;
    verdict.say = SaidLine{Level::DEBUG, reason};
    return verdict;
}

bool over(const std::optional<std::chrono::seconds>& age, std::chrono::seconds limit) {
    return age && *age >= limit;
}

// The table for one job, row by row.
class Judge {
 public:
    Judge(const RunningJob& job, const BuilderFacts& builder, const CollectLimits& limits)
        : job_(job), builder_(builder), limits_(limits) {}

    CollectVerdict no_answer(const std::string& reason) const {
        if (over(job_.silent, limits_.contact)) return gave_up_silence(reason);
        return silent(
            fmt::format("Could not contact the builder {}, caught a ({})", builder_.url, reason));
    }

    CollectVerdict answer(const WorkerStatus& status) const {
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
                return aborted();
            default:
                return waiting(status);
        }
    }

    CollectVerdict gave_up_silence(const std::string& reason) const {
        CollectVerdict verdict = reset(Outcome::SILENT, {true, true});
        verdict.say = SaidLine{
            Level::WARNING,
            fmt::format("Builder {} was silent for {} about build {} ({}) -- resetting it",
                        builder_.url, show_duration(*job_.silent), job_.build.title(), reason)};
        return cancelling() ? as_cancelled(verdict) : verdict;
    }

 private:
    bool cancelling() const { return job_.build.state == BuildState::CANCELLING; }

    // The same end of the attempt for a build that was to be cancelled: it is not built again.
    CollectVerdict as_cancelled(CollectVerdict verdict) const {
        verdict.fate = JobFate::finish;
        verdict.state = BuildState::CANCELLED;
        verdict.outcome = Outcome::CANCELLED;
        verdict.store_info = true;
        verdict.counted.job = false;
        return verdict;
    }

    CollectVerdict unknown_builder_status(const WorkerStatus& status) const {
        const std::string word = one_line(status.raw_builder_status);
        CollectVerdict verdict = reset(Outcome::LOST, {false, true});
        verdict.fail_builder =
            fmt::format("Unknown status code ({}) returned from status() probe.", word);
        verdict.say = SaidLine{Level::CRITICAL,
                               fmt::format("Builder on {} returned unknown status {}, failing it",
                                           builder_.url, word)};
        return cancelling() ? as_cancelled(verdict) : verdict;
    }

    CollectVerdict lost(const WorkerStatus& status) const {
        CollectVerdict verdict = reset(Outcome::LOST, {false, true});
        verdict.call = rescue_call(status.builder_status);
        verdict.rescue = verdict.call != BuilderCall::none;
        return cancelling() ? as_cancelled(verdict) : verdict;
    }

    CollectVerdict idle_builder() const {
        CollectVerdict verdict = reset(Outcome::FORGOTTEN, {true, true});
        verdict.say =
            SaidLine{Level::WARNING,
                     fmt::format("Builder {} forgot about build {} -- resetting buildqueue record",
                                 builder_.url, job_.build.title())};
        return verdict;
    }

    CollectVerdict building(const WorkerStatus& status) const {
        CollectVerdict verdict;
        verdict.logtail = mask_tail(to_utf8(status.logtail.value_or("")));
        if (builder_.failed_for_person) {
            verdict = reset(Outcome::DISABLED, {});
            verdict.log = LogWish::wanted;
            verdict.call = BuilderCall::abort;
        } else if (limits_.build && over(job_.building, *limits_.build)) {
            verdict = overtime();
        } else if (verdict.logtail == job_.logtail && over(job_.tail_unchanged, limits_.stall)) {
            verdict = reset(Outcome::STALLED, {true, true});
            verdict.log = LogWish::wanted;
            verdict.call = BuilderCall::abort;
            verdict.say = SaidLine{
                Level::WARNING,
                fmt::format("Build {} on {} has written nothing for {} -- aborting "
                            "and resetting it",
                            job_.build.title(), builder_.url, show_duration(*job_.tail_unchanged))};
        } else {
            verdict.fate = JobFate::keep_tail;
        }
        return verdict;
    }

    // However much it writes: the builder has shown nothing wrong.
    CollectVerdict overtime() const {
        CollectVerdict verdict = reset(Outcome::OVERTIME, {true, false});
        verdict.log = LogWish::wanted;
        verdict.call = BuilderCall::abort;
        verdict.say = SaidLine{
            Level::WARNING,
            fmt::format("Build {} on {} has run for {}, longer than build_timeout ({}) -- aborting "
                        "and resetting it",
                        job_.build.title(), builder_.url, show_duration(*job_.building),
                        show_duration(*limits_.build))};
        return verdict;
    }

    CollectVerdict aborting() const {
        CollectVerdict verdict;
        verdict.aborting = true;
        verdict.fate = JobFate::keep_tail;
        verdict.logtail = terminating;
        if (!over(builder_.aborting, limits_.abort)) return verdict;
        verdict = reset(Outcome::ABORTED, {false, true});
        verdict.log = LogWish::wanted;
        verdict.fail_builder = abort_reason();
        return verdict;
    }

    CollectVerdict aborted() const {
        CollectVerdict verdict = reset(Outcome::ABORTED, {true, true});
        verdict.log = LogWish::wanted;
        verdict.call = BuilderCall::clean;
        return verdict;
    }

    CollectVerdict waiting(const WorkerStatus& status) const {
        switch (status.build_status.value_or(BuildStatus::UNKNOWN)) {
            case BuildStatus::OK:
                return results();
            case BuildStatus::PACKAGEFAIL:
                return package_failed();
            case BuildStatus::DEPFAIL:
                return dependencies_missing(status);
            case BuildStatus::CHROOTFAIL:
                return chroot_failed();
            case BuildStatus::BUILDERFAIL:
                return builder_failed();
            case BuildStatus::GIVENBACK:
                return given_back();
            case BuildStatus::ABORTED:
                return aborted();
            case BuildStatus::UNKNOWN:
                break;
        }
        return unknown_build_status(status);
    }

    CollectVerdict results() const {
        CollectVerdict verdict;
        verdict.fate = JobFate::take_results;
        return verdict;
    }

    CollectVerdict package_failed() const {
        CollectVerdict verdict = finish(BuildState::FAILEDTOBUILD, Outcome::PACKAGEFAIL);
        verdict.mail = true;
        return verdict;
    }

    CollectVerdict dependencies_missing(const WorkerStatus& status) const {
        CollectVerdict verdict = finish(BuildState::MANUALDEPWAIT, Outcome::DEPFAIL);
        const std::string lacked = one_line(status.dependencies.value_or(""));
        verdict.say = stars(limits_.depwait, "is MANUALDEPWAIT",
                            "waits for " + (lacked.empty() ? "packages not named" : lacked));
        return verdict;
    }

    CollectVerdict chroot_failed() const {
        CollectVerdict verdict = finish(BuildState::CHROOTWAIT, Outcome::CHROOTFAIL);
        verdict.counted = {false, true};
        verdict.mail = true;
        verdict.say = stars(Level::CRITICAL, "is CHROOTWAIT",
                            "could not use the chroot " +
                                (job_.chroot.empty() ? "that it was given" : job_.chroot));
        return verdict;
    }

    // Not cleaned now: scan does that when the builder comes back.
    CollectVerdict builder_failed() const {
        CollectVerdict verdict = reset(Outcome::BUILDERFAIL, {true, true});
        verdict.log = LogWish::required;
        verdict.store_info = true;
        verdict.fail_builder = "Builder returned BUILDERFAIL when asked for its status";
        verdict.say = stars(Level::WARNING, "has failed", "was its job");
        return verdict;
    }

    CollectVerdict given_back() const {
        CollectVerdict verdict = reset(Outcome::GIVENBACK, {});
        verdict.log = LogWish::required;
        verdict.store_info = true;
        verdict.giveback = true;
        verdict.call = BuilderCall::clean;
        verdict.say = SaidLine{
            Level::WARNING,
            fmt::format("***** {} is GIVENBACK by {} *****", job_.cookie().text(), builder_.name),
            what_of_build("was its job")};
        return verdict;
    }

    CollectVerdict unknown_build_status(const WorkerStatus& status) const {
        CollectVerdict verdict;
        verdict.needs_person = true;
        verdict.say =
            SaidLine{Level::CRITICAL, fmt::format("Unknown BuildStatus '{}' for builder '{}'",
                                                  one_line(status.raw_build_status), builder_.url)};
        return verdict;
    }

    CollectVerdict cancel(const WorkerStatus& status) const {
        switch (status.builder_status) {
            case BuilderStatus::IDLE:
                return cancelled(BuilderCall::none);
            case BuilderStatus::WAITING:
            case BuilderStatus::ABORTED:
                return cancelled(BuilderCall::clean);
            default:
                break;
        }
        if (over(job_.abort_requested, limits_.abort)) {
            CollectVerdict verdict = cancelled(BuilderCall::none);
            verdict.log = LogWish::wanted;
            verdict.fail_builder = abort_reason();
            verdict.counted = {false, true};
            return verdict;
        }
        CollectVerdict verdict;
        if (status.builder_status == BuilderStatus::ABORTING) {
            verdict.fate = JobFate::keep_tail;
            verdict.logtail = job_.logtail.empty() ? terminating : job_.logtail;
            verdict.aborting = true;
        } else {  // BUILDING still: a pass may have died between noting abort() and sending it
            verdict.fate = JobFate::ask_abort;
        }
        return verdict;
    }

    std::string abort_reason() const {
        return fmt::format("Builder did not abort its job within {}", show_duration(limits_.abort));
    }

    std::string what_of_build(std::string_view what) const {
        return fmt::format("{} ({}) {}", job_.build.title(), job_.build.id.value, what);
    }

    // The line alone, as it always was, and then what it is about.
    SaidLine stars(Level level, std::string_view what, std::string_view of_build) const {
        return {level, fmt::format("***** {} {} *****", builder_.name, what),
                what_of_build(of_build)};
    }

    const RunningJob& job_;
    const BuilderFacts& builder_;
    const CollectLimits& limits_;
};

// A faster uploader has made it FULLYBUILT: an end of this attempt keeps that.
CollectVerdict keep_fullybuilt(const RunningJob& job, CollectVerdict verdict) {
    const bool ends = verdict.fate == JobFate::reset || verdict.fate == JobFate::finish;
    if (!ends || job.build.state != BuildState::FULLYBUILT) return verdict;
    verdict.fate = JobFate::finish;
    verdict.state = BuildState::FULLYBUILT;
    verdict.log = LogWish::none;
    verdict.counted.job = verdict.store_info = verdict.mail = verdict.giveback = false;
    return verdict;
}

CollectVerdict gave_up_fetching(const RunningJob& job, const std::string& reason) {
    CollectVerdict verdict = reset(Outcome::SILENT, {true, true});
    verdict.call = BuilderCall::clean;
    verdict.say =
        SaidLine{Level::WARNING, fmt::format("{}: given up: {}", job.build.title(), reason)};
    return keep_fullybuilt(job, verdict);
}

}  // namespace

std::chrono::seconds build_limit(const BuildTimeouts& timeouts, const BuildFacts& build,
                                 const std::optional<std::chrono::seconds>& longest) {
    constexpr int good_builds = 5;
    const auto own = timeouts.own_limit(build.source.name, build.target.architecture_tag);
    if (own) return *own;
    return std::max(timeouts.usual, good_builds * longest.value_or(std::chrono::seconds(0)));
}

CollectVerdict judge(const RunningJob& job, const BuilderFacts& builder,
                     const Result<WorkerStatus>& answer, const CollectLimits& limits) {
    const Judge table(job, builder, limits);
    return keep_fullybuilt(
        job, answer ? table.answer(*answer) : table.no_answer(answer.error().message));
}

CollectVerdict retried() {
    CollectVerdict verdict = reset(Outcome::GIVENBACK, {});
    verdict.log = LogWish::required;
    verdict.store_info = true;
    verdict.giveback = verdict.retry = true;
    verdict.call = BuilderCall::clean;
    return verdict;
}

CollectVerdict fetch_failed(const RunningJob& job, const std::string& reason,
                            const CollectLimits& limits) {
    if (over(job.silent, limits.contact)) return gave_up_fetching(job, reason);
    return silent(fmt::format("{}: {}; tried again in the next pass", job.build.title(), reason));
}

CollectVerdict fetch_halted(const RunningJob& job, const FetchHalt& halt,
                            const CollectLimits& limits) {
    if (halt.spent >= limits.transfer)
        return gave_up_fetching(
            job,
            fmt::format("its results and log were not fetched within transfer_timeout ({}): {}",
                        show_duration(limits.transfer), halt.reason));
    return halt.cut ? CollectVerdict() : fetch_failed(job, halt.reason, limits);
}

}  // namespace buildd::policy
