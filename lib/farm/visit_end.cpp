// The end of an attempt: one transaction, and only then the builder forgets (spec: behaviour §2.4).
#include "base/files.hpp"
#include "db/attempts.hpp"
#include "db/suspicion.hpp"
#include "farm/job_folder.hpp"
#include "farm/last_lines.hpp"
#include "farm/mails.hpp"
#include "farm/suspicion.hpp"
#include "farm/visit.hpp"
#include "policy/backoff.hpp"

namespace buildd::farm {

using policy::EndAttempt;
using policy::Freeing;

namespace {

void keep(FetchedLog& log) {
    log.stored.keep();
    for (auto& paper : log.papers.stored) paper.keep();
}

}  // namespace

policy::Ending Visit::plan(const EndAttempt& end, const std::string& dependencies) {
    Past past;
    if (policy::needs_past(builder_, end))
        past = db::read_past(farm_.database, builder_.job->build.id, end.outcome, builder_);
    return policy::plan_ending(*builder_.job, builder_, end, farm_.thresholds(), dependencies,
                               past);
}

net::Task<> Visit::finish_attempt(EndAttempt end, std::optional<FetchedLog> log) {
    const std::string dependencies =
        status_ && *status_ ? (*status_)->dependencies.value_or("") : "";
    const policy::Ending ending = plan(end, dependencies);
    const BuildFacts build = builder_.job->build;
    if (farm_.only_says("make {} {}", build.title(), label(ending.edit.to))) co_return;
    if (!commit(ending, log)) {
        farm_.log.info("{} was moved by someone else meanwhile; left alone", build.title());
        co_return;
    }
    if (log) keep(*log);
    const std::string why = end.detail.empty() || ending.edit.failure ? "" : ": " + end.detail;
    farm_.log.info("{} on '{}': {} -- it is {} now{}", build.title(), builder_.name,
                   label(end.outcome), label(ending.edit.to), why);
    learn(ending);
    log.reset();
    turn_.end();  // others need not wait for the builder's answer
    const JobFolder folder(farm_.settings(), ending.edit.cookie);
    auto gone = co_await farm_.loop.offload([&] { return remove_tree(folder.path); });
    if (!gone) farm_.log.info("{}; the next sweep removes it", gone.error().message);
    co_await free_builder(end.freeing, ending.edit.cookie.text());
}

bool Visit::commit(const policy::Ending& ending, std::optional<FetchedLog>& log) {
    AttemptEnd edit = ending.edit;
    edit.file = unfetched_;
    if (unfetched_) edit.url = waits_for_;
    edit.heard = heard_;
    if (log) edit.log = log->file;
    policy::add_evidence(edit, log ? log->tail : "");
    if (log) edit.papers = log->papers.files;
    if (log && edit.failure) edit.failure->log_line = last_line(log->tail);
    db::Transaction transaction(farm_.database);
    if (!db::end_attempt(farm_.database, edit)) return false;
    if (ending.mail) queue_mails(farm_, edit.cookie.build, {edit.detail, "", log ? log->tail : ""});
    Told told = judge_others(farm_, *builder_.job, ending);
    if (edit.suspicion.rest)
        for (auto& line : quarantine(farm_, builder_, edit.suspicion))
            told.push_back(std::move(line));
    transaction.commit();
    say(farm_, told);
    return true;
}

// What the commit changed, for the stages that follow.
void Visit::learn(const policy::Ending& ending) {
    const AttemptEnd& edit = ending.edit;
    ++(edit.to == BuildState::NEEDSBUILD ? farm_.report.reset : farm_.report.finished);
    ++farm_.report.outcomes[static_cast<std::size_t>(edit.outcome)];
    builder_.failure_count = edit.builder_failures;
    builder_.suspicion = edit.suspicion.after;
    if (edit.suspicion.rest) builder_.rests = *edit.suspicion.rest;
    builder_.job.reset();
    waits_for_.clear();
    unfetched_.reset();
    heard_ = Asked::no;
    if (ending.left_to_person)
        farm_.needs_person(fmt::format("given back {}", edit.cookie.build.value), Level::ERROR,
                           fmt::format("Build {} needs a person: builders have given it back {} "
                                       "times",
                                       edit.cookie.build.value, policy::answers_for_a_person));
    if (ending.gave_up_build)
        farm_.log.warning("Build {} is FAILEDTOBUILD: {}", edit.cookie.build.value, edit.detail);
    if (!edit.failure) return;
    failed_now_ = true;
    builder_.ok = false;
    ++farm_.report.failed;
    if (ending.gave_up_builder) {
        farm_.needs_person(fmt::format("builder {}", builder_.name), Level::ERROR,
                           fmt::format("Builder '{}' is out of use until a person enables it: {}",
                                       builder_.name, edit.failure->notes));
    } else {
        farm_.log.warning("Builder '{}' failed: {}", builder_.name, edit.failure->notes);
    }
}

net::Task<> Visit::free_builder(Freeing freeing, std::string cookie) {
    if (freeing == Freeing::none) co_return;
    if (freeing == Freeing::rescue) {
        co_await rescue_if_lost();
        co_return;
    }
    worker::CallResult<void> done;
    if (freeing == Freeing::clean)
        done = co_await client_.clean();
    else
        done = co_await client_.abort();
    status_.reset();
    if (done) co_return;
    farm_.log.info("Builder '{}' still holds {}, the next scan frees it: {}", builder_.name, cookie,
                   done.error().message);
}

}  // namespace buildd::farm
