#include "farm/suspicion.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "db/suspicion.hpp"
#include "db/verdicts.hpp"
#include "farm/mails.hpp"

namespace buildd::farm {

namespace {

using policy::BuilderJudged;
using policy::QuarantineStep;

enum class Meaning { none, against_them, for_them };

Meaning meaning_of(const RunningJob& job, const policy::Ending& ending) {
    const AttemptEnd& edit = ending.edit;
    const bool failed_before = job.asked_again || job.build.failure_count > 0;
    if (ending.gave_up_build) return Meaning::for_them;
    if (!failed_before) return Meaning::none;
    if (edit.outcome == Outcome::OK) return Meaning::against_them;
    const bool same_word =
        edit.outcome == Outcome::PACKAGEFAIL && edit.to == BuildState::FAILEDTOBUILD;
    return same_word ? Meaning::for_them : Meaning::none;
}

bool write(db::Transaction& transaction, const BuilderFacts& before,
           const policy::BuilderRecord& now, const SuspicionEdit& edit) {
    return db::write_suspicion(transaction, before.id, before.failure_count, now.failures, edit);
}

// So that a further witness against the same builder is judged by what it is now.
void take_over(BuilderFacts& builder, const policy::BuilderRecord& record) {
    builder.suspicion = record.suspicion;
    builder.failure_count = record.failures;
    builder.quarantines = record.quarantines;
    builder.quarantined = record.quarantined;
}

Told judge_against(db::Transaction& transaction, const Farm& farm,
                   const std::vector<db::Witness>& witnesses, const std::string& title) {
    Told told;
    BuilderId last;
    for (const auto& witness : witnesses) {  // a builder's are together, and it is judged once
        if (witness.builder.id == last) continue;
        last = witness.builder.id;
        const auto judged = policy::judge_good_elsewhere(policy::record_of(witness.builder));
        SuspicionEdit edit = policy::suspicion_edit(witness.builder, judged);
        edit.reason =
            fmt::format("too much speaks against it; the last: {} ended well elsewhere", title);
        if (!write(transaction, witness.builder, judged.record, edit) || !edit.rest) continue;
        for (auto& line : quarantine(transaction, farm, witness.builder, edit))
            told.push_back(std::move(line));
    }
    return told;
}

Told clear(db::Transaction& transaction, const Farm& farm, std::vector<db::Witness> witnesses) {
    Told told;
    std::vector<std::int64_t> cleared;
    for (std::size_t i = 0; i < witnesses.size(); ++i) {
        const auto& one = witnesses[i];
        const BuilderJudged judged = policy::judge_taken_back(policy::record_of(one.builder),
                                                              {one.weight, one.counted, one.canary},
                                                              farm.thresholds().builder);
        if (!write(transaction, one.builder, judged.record,
                   policy::suspicion_edit(one.builder, judged)))
            continue;
        cleared.push_back(one.evidence);
        if (judged.step == QuarantineStep::end)
            told.emplace_back(Level::INFO, fmt::format("Builder '{}' is out of quarantine: it was "
                                                       "no fault of it",
                                                       one.builder.name));
        if (i + 1 < witnesses.size() && witnesses[i + 1].builder.id == one.builder.id)
            take_over(witnesses[i + 1].builder, judged.record);
    }
    db::clear_builders_of(transaction, cleared);
    return told;
}

}  // namespace

Told judge_others(db::Transaction& transaction, const Farm& farm, const RunningJob& job,
                  const policy::Ending& ending) {
    const Meaning meaning = meaning_of(job, ending);
    if (meaning == Meaning::none) return {};
    const bool all = ending.gave_up_build;
    auto witnesses = db::read_witnesses(transaction, ending.edit.cookie.build,
                                        all ? BuilderId{} : ending.edit.builder);
    if (meaning == Meaning::against_them)
        return judge_against(transaction, farm, witnesses, job.build.title());
    std::erase_if(witnesses,
                  [&](const auto& one) { return !all && one.outcome != Outcome::PACKAGEFAIL; });
    return clear(transaction, farm, std::move(witnesses));
}

Told clear_builders(db::Transaction& transaction, const Farm& farm,
                    const std::vector<std::int64_t>& evidence) {
    return clear(transaction, farm, db::read_witnesses(transaction, evidence));
}

Told quarantine(db::Transaction& transaction, const Farm& farm, const BuilderFacts& builder,
                const SuspicionEdit& edit) {
    Told told;
    const bool begins = !builder.quarantined;
    told.emplace_back(begins ? Level::WARNING : Level::INFO,
                      fmt::format("Builder '{}' is in quarantine for {}: {}", builder.name,
                                  show_duration(*edit.rest), edit.reason));
    if (!begins) return told;
    const auto again = db::ask_verdicts_again(
        transaction, builder.id,
        fmt::format("Asked again, for the builder '{}' was put in quarantine", builder.name));
    for (const auto& one : again)
        told.emplace_back(Level::INFO,
                          fmt::format("Build {} is asked again elsewhere", one.build.value));
    queue_quarantine_mails(transaction, farm, {builder.id, builder.name, edit.reason, *edit.rest},
                           again);
    return told;
}

void say(const Farm& farm, const Told& told) {
    for (const auto& [level, line] : told) farm.log.write(level, line);
}

}  // namespace buildd::farm
