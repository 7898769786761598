#include "farm/finish_attempt.hpp"

#include "base/files.hpp"
#include "db/attempts.hpp"
#include "db/suspicion.hpp"
#include "farm/job_folder.hpp"
#include "farm/last_lines.hpp"
#include "farm/mails.hpp"
#include "farm/rescue.hpp"
#include "farm/suspicion.hpp"
#include "policy/backoff.hpp"

namespace buildd::farm {

namespace {

using policy::EndAttempt;
using policy::Freeing;

void keep(FetchedLog& log) {
    log.stored.keep();
    for (auto& paper : log.papers.stored) paper.keep();
}

AttemptEnd with_traces(AttemptEnd edit, const AttemptTraces& traces) {
    edit.file = traces.file.lacked;
    if (edit.file) edit.url = traces.file.url;
    edit.heard = traces.file.heard;
    if (traces.log) {
        edit.log = traces.log->file;
        edit.papers = traces.log->papers.files;
        if (edit.failure) edit.failure->log_line = last_line(traces.log->tail);
    }
    policy::add_evidence(edit, traces.log ? traces.log->tail : "");
    return edit;
}

// false: somebody else has moved the job.
bool commit(const Farm& farm, const BuilderFacts& builder, const policy::Ending& ending,
            const AttemptTraces& traces) {
    const AttemptEnd edit = with_traces(ending.edit, traces);
    db::Transaction transaction(farm.database);
    if (!db::end_attempt(transaction, edit)) return false;
    if (ending.mail)
        queue_mails(transaction, farm, edit.cookie.build,
                    {edit.detail, "", traces.log ? traces.log->tail : ""});
    Told told = judge_others(transaction, farm, *builder.job, ending);
    if (edit.suspicion.rest)
        for (auto& line : quarantine(transaction, farm, builder, edit.suspicion))
            told.push_back(std::move(line));
    transaction.commit();
    say(farm, told);
    return true;
}

void tell_failure(const Farm& farm, const BuilderFacts& builder, const policy::Ending& ending) {
    const std::string& notes = ending.edit.failure->notes;
    if (ending.gave_up_builder)
        farm.needs_person(fmt::format("builder {}", builder.name), Level::ERROR,
                          fmt::format("Builder '{}' is out of use until a person enables it: {}",
                                      builder.name, notes));
    else
        farm.log.warning("Builder '{}' failed: {}", builder.name, notes);
}

// What the commit changed, for the stages that follow.
void learn(BuilderContext context, const policy::Ending& ending) {
    const Farm& farm = context.farm;
    BuilderFacts& builder = context.facts();
    const AttemptEnd& edit = ending.edit;
    ++(edit.to == BuildState::NEEDSBUILD ? farm.report.reset : farm.report.finished);
    ++farm.report.outcomes[static_cast<std::size_t>(edit.outcome)];
    builder.failure_count = edit.builder_failures;
    builder.suspicion = edit.suspicion.after;
    if (edit.suspicion.rest) builder.rests = *edit.suspicion.rest;
    builder.job.reset();
    if (ending.left_to_person)
        farm.needs_person(fmt::format("given back {}", edit.cookie.build.value), Level::ERROR,
                          fmt::format("Build {} needs a person: builders have given it back {} "
                                      "times",
                                      edit.cookie.build.value, policy::answers_for_a_person));
    if (ending.gave_up_build)
        farm.log.warning("Build {} is FAILEDTOBUILD: {}", edit.cookie.build.value, edit.detail);
    if (!edit.failure) return;
    context.builder.failed = true;
    builder.ok = false;
    ++farm.report.failed;
    tell_failure(farm, builder, ending);
}

net::Task<> free_builder(BuilderContext context, Freeing freeing, std::string cookie) {
    if (freeing == Freeing::none) co_return;
    if (freeing == Freeing::rescue) {
        co_await rescue_if_lost(context);
        co_return;
    }
    worker::CallResult<void> done;
    if (freeing == Freeing::clean)
        done = co_await context.session().clean();
    else
        done = co_await context.session().abort();
    if (done) co_return;
    context.farm.log.info("Builder '{}' still holds {}, the next scan frees it: {}",
                          context.facts().name, cookie, done.error().message);
}

std::string dependencies_told(const BuilderSession& session) {
    const auto status = session.known_status();
    return status && *status ? (*status)->dependencies.value_or("") : "";
}

}  // namespace

policy::Ending plan_end(BuilderContext context, const EndAttempt& end,
                        const std::string& dependencies) {
    const Farm& farm = context.farm;
    BuilderFacts& builder = context.facts();
    Past past;
    if (policy::needs_past(builder, end))
        past = db::read_past(farm.database, builder.job->build.id, end.outcome, builder);
    return policy::plan_ending(*builder.job, builder, end, farm.thresholds(), dependencies, past);
}

net::Task<> finish_attempt(BuilderContext context, EndAttempt end, AttemptTraces traces,
                           Turn* turn) {
    const Farm& farm = context.farm;
    const auto ending = plan_end(context, end, dependencies_told(context.session()));
    const BuildFacts build = context.facts().job->build;
    const std::string cookie = ending.edit.cookie.text();
    if (farm.only_says("make {} {}", build.title(), label(ending.edit.to))) co_return;
    if (!commit(farm, context.facts(), ending, traces)) {
        farm.log.info("{} was moved by someone else meanwhile; left alone", build.title());
        co_return;
    }
    if (traces.log) keep(*traces.log);
    const std::string why = end.detail.empty() || ending.edit.failure ? "" : ": " + end.detail;
    farm.log.info("{} on '{}': {} -- it is {} now{}", build.title(), context.facts().name,
                  label(end.outcome), label(ending.edit.to), why);
    learn(context, ending);
    traces.log.reset();
    if (turn != nullptr) turn->end();  // others need not wait for the builder's answer
    const JobFolder folder(farm.settings(), ending.edit.cookie);
    auto gone = co_await farm.loop.offload([&] { return remove_tree(folder.path); });
    if (!gone) farm.log.info("{}; the next sweep removes it", gone.error().message);
    co_await free_builder(context, end.freeing, cookie);
}

}  // namespace buildd::farm
