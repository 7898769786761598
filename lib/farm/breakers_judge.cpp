// What is found, and what has gone, once a pass has visited its builders.
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "db/cut_off.hpp"
#include "db/library.hpp"
#include "db/passes.hpp"
#include "farm/breakers.hpp"
#include "farm/mails.hpp"
#include "farm/queue_build.hpp"
#include "policy/cause_words.hpp"

namespace buildd::farm {

void Breakers::judge(bool left) {
    if (farm_.dry_run || !(left || is_worth_a_look())) return;
    farm_.guarded("Common causes could not be looked for", [&] { judge_all(); });
}

bool Breakers::is_worth_a_look() const {
    if (!open_.empty()) return true;
    const auto& outcomes = farm_.report.outcomes;
    return std::any_of(outcomes.begin(), outcomes.end(), [&](const int& count) {
        const auto outcome = static_cast<Outcome>(&count - outcomes.data());
        return count > 0 && policy::cause_word(outcome, false, true) != CauseWord::none;
    });
}

void Breakers::judge_all() {
    read_window();
    causes_.clear();
    for (const auto& row : open_) causes_.push_back(breaker_of(row).cause);
    const auto found = policy::common_causes(ends_, living_, causes_, window_.now);
    for (const auto& cause : found)
        if (cause.is_open) note_cases(cause);
    close_those_that_work();  // with what has just been held
    open_all(found);
    db::note_judged(farm_.database, window_);
    open_ = db::open_breakers(farm_.database);
    if (!open_.empty()) hold_jobs();
    open_ = db::open_breakers(farm_.database);
    close_forsaken_ones();
    tell_open_ones();
}

void Breakers::read_window() {
    window_ = db::read_cause_window(farm_.database);
    add_silent_without_job();
    std::map<std::string, std::size_t> groups;
    std::set<BuilderId> said;
    for (const auto& end : window_.ends) said.insert(end.builder);
    for (const auto& builder : window_.builders) {
        const auto group = groups.try_emplace(builder.group, groups.size()).first->second;
        living_.resize(groups.size());
        if (builder.in_use || said.contains(builder.id)) ++living_[group];
    }
    std::map<BuilderId, const db::WindowBuilder*> builders;
    for (const auto& builder : window_.builders) builders[builder.id] = &builder;
    for (const auto& end : window_.ends) {
        policy::CauseEnd& one = ends_.emplace_back(cause_end(end));
        const auto* builder = builders[end.builder];
        if (builder == nullptr) continue;
        one.group = groups[builder->group];
        one.trusted = builder->trusted;
        one.shared = book_.of_end(end, one.word, network_name(builder->url));
    }
    add_builders_that_answer();
}

policy::CauseEnd Breakers::cause_end(const db::WindowEnd& end) {
    policy::CauseEnd one;
    one.began = end.began;
    one.at = end.at;
    one.builder = end.builder.value;
    one.build = end.build.value;
    if (!end.owner.empty())
        one.owner = static_cast<std::int64_t>(book_.number(CauseKind::archive, end.owner).key) + 1;
    one.running = !end.outcome;
    if (end.outcome) one.word = policy::cause_word(*end.outcome, !end.file, end.on_fetch);
    if (one.word == CauseWord::fetch) one.asked = end.heard;
    one.reached = policy::reached(end.outcome, end.chroot.has_value());
    return one;
}

std::vector<std::int64_t> Breakers::evidence_of(const policy::Cause& cause) const {
    std::vector<std::int64_t> rows;
    for (const auto i : cause.cases)
        if (window_.ends[i].evidence != 0) rows.push_back(window_.ends[i].evidence);
    return rows;
}

std::vector<BuildId> Breakers::take_back(db::Transaction& transaction, std::int64_t id,
                                         const std::string& words, const policy::Cause& cause,
                                         Told& told) {
    const auto cases = evidence_of(cause);
    told = clear_builders(transaction, farm_, cases);
    auto back = db::take_back(transaction, id, words, cases, policy::probe_delay(0));
    queue_taken_back(transaction, farm_, db::who_was_told(transaction, back),
                     fmt::format("{}; it is built when that works again", words));
    score_jobs(transaction, static_cast<int>(farm_.settings().score_per_hour), farm_.log, back);
    return back;
}

void Breakers::note_cases(const policy::Cause& cause) {
    const db::BreakerRow& row = open_[*cause.is_open];
    Told told;
    db::Transaction transaction(farm_.database);
    take_back(transaction, row.id, row.words, cause, told);
    const db::BreakerRow now = row_of(cause);
    db::note_failed_probe(transaction, row.id, evidence_of(cause), now.longest, now.asked);
    if (cuts_off(row)) db::cut_off_again(transaction, row.id, evidence_of(cause));
    transaction.commit();
    say(farm_, told);
}

// Together, with one mail: a lost disk loses many files.
void Breakers::open_all(const std::vector<policy::Cause>& found) {
    if (std::all_of(found.begin(), found.end(), [](const auto& one) { return one.is_open; }))
        return;
    Told told;
    std::vector<Opened> opened;
    db::Transaction transaction(farm_.database);
    for (const auto& cause : found) {
        if (cause.is_open) continue;
        if (auto one = open(transaction, cause, told)) opened.push_back(std::move(*one));
    }
    if (opened.empty()) return;
    tell_admins(transaction, opened);
    transaction.commit();
    say(farm_, told);
    for (const auto& one : opened)
        farm_.log.warning("Nobody is blamed for {}: {}; {} back into the queue",
                          counted(static_cast<std::int64_t>(one.cases), "failure"), one.words,
                          counted(static_cast<std::int64_t>(one.builds_back), "build"));
}

std::optional<Breakers::Opened> Breakers::open(db::Transaction& transaction,
                                               const policy::Cause& cause, Told& told) {
    db::BreakerRow row = row_of(cause);
    const auto id = db::open_breaker(transaction, row, policy::probe_delay(0));
    if (!id) return std::nullopt;
    Told of_this;
    const auto back = take_back(transaction, *id, row.words, cause, of_this);
    told.insert(told.end(), of_this.begin(), of_this.end());
    return Opened{row.words, evidence_of(cause).size(), back.size()};
}

db::BreakerRow Breakers::row_of(const policy::Cause& cause) {
    db::BreakerRow row;
    row.kind = cause.object.kind;
    row.key = book_.key(cause.object);
    row.word = cause.word;
    row.trusted = cause.trusted;
    row.words = policy::cause_words(row.kind, row.word, name_of(cause));
    for (const auto i : cause.cases) {
        row.longest = std::max(row.longest, ends_[i].at - ends_[i].began);
        if (!row.asked && policy::is_master_s_word(ends_[i].asked))
            row.asked = window_.ends[i].file;
    }
    return row;
}

std::string Breakers::name_of(const policy::Cause& cause) {
    const std::string& key = book_.key(cause.object);
    if (cause.object.kind == CauseKind::file) return window_.ends[cause.cases.front()].url;
    if (cause.object.kind != CauseKind::chroot) return key;
    const auto file =
        db::read_library_file(farm_.database, LibraryFileId{parse_int(key).value_or(0)});
    return file ? file->filename : key;
}

void Breakers::close_those_that_work() {
    for (const auto& row : open_) {
        const auto breaker = breaker_of(row);
        const bool works = std::any_of(ends_.begin(), ends_.end(), [&](const auto& end) {
            return policy::closes(breaker, policy::as_far_as(end, row.longest));
        });
        const bool answers = row.word == CauseWord::silent && answers_again(row);
        if (!works && !answers) continue;
        db::close_breaker(farm_.database, row.id);
        farm_.log.info("It works again: {}; {} go on", row.words,
                       cuts_off(row) ? counted(row.builders, "builder") : counted(row.held, "job"));
    }
}

// No job meets it any more, waiting or running, that could show that it has gone. A network holds
// none.
bool Breakers::is_forsaken(const db::BreakerRow& row) {
    if (row.word == CauseWord::silent || row.held > 0 || row.has_probe) return false;
    const std::chrono::minutes last =
        row.kind == CauseKind::network ? std::chrono::hours(24) : policy::cause_window;
    if (row.quiet < last) return false;
    const auto object = book_.number(row.kind, row.key);
    return std::none_of(ends_.begin(), ends_.end(), [&](const auto& end) {
        return end.running &&
               std::find(end.shared.begin(), end.shared.end(), object) != end.shared.end();
    });
}

void Breakers::close_forsaken_ones() {
    std::erase_if(open_, [&](const auto& row) {
        if (!is_forsaken(row)) return false;
        db::close_breaker(farm_.database, row.id);
        farm_.log.info("Nothing waits for it any more: {}", row.words);
        return true;
    });
}

// Loudly once an hour; `status` shows them.
void Breakers::tell_open_ones() {
    for (const auto& row : open_) {
        const std::string message = policy::open_sentence(row.words, row.held, row.builders);
        const bool loud =
            db::notice_due(farm_.database, {fmt::format("breaker {}", row.id), message});
        farm_.log.write(loud ? Level::WARNING : Level::INFO, message);
    }
}

void Breakers::tell_admins(db::Transaction& transaction, const std::vector<Opened>& opened) {
    std::string all;
    std::size_t builds_back = 0;
    for (const auto& one : opened) {
        all += fmt::format("    {}\n", one.words);
        builds_back += one.builds_back;
    }
    const auto more = static_cast<std::int64_t>(opened.size()) - 1;
    queue_notice(
        transaction, farm_,
        fmt::format("Common cause: {}{}", opened.front().words,
                    more == 0 ? "" : fmt::format(", and {} more", more)),
        fmt::format("Builders and builds are not to blame for what they met:\n\n{}\n"
                    "What was counted for it is taken back, and {} of its builds went "
                    "back into the queue.\nIts jobs wait, of a network its builders; one of them "
                    "is tried after 2 minutes, then after\n4, 8 and every 15, on "
                    "changing builders, and the first that comes through lets all go "
                    "on.\nNothing need be done here but to mend the cause; "
                    "'buildd-master queue why' tells how many wait.\n",
                    all, builds_back));
}

}  // namespace buildd::farm
