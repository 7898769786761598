#include "policy/common_cause.hpp"

#include <algorithm>

#include "policy/cause_tally.hpp"

namespace buildd::policy {

namespace {

const Shared* find_kind(const CauseEnd& end, CauseKind kind) {
    const auto found = std::find_if(end.shared.begin(), end.shared.end(),
                                    [kind](const Shared& one) { return one.kind == kind; });
    return found == end.shared.end() ? nullptr : &*found;
}

// Finds the causes one kind of word after the other; a case that is explained is seen no more.
class Search {
 public:
    Search(std::span<const CauseEnd> ends, std::span<const int> living, CauseTime now)
        : ends_(ends), living_(living), now_(now), explained_(ends.size()) {}

    void open_ones(std::span<const Cause> open) {
        if (open.empty()) return;
        for (std::size_t i = 0; i < ends_.size(); ++i) {
            if (ends_[i].word == CauseWord::none) continue;
            const auto cover = std::find_if(open.begin(), open.end(), [&](const Cause& one) {
                return one.word == ends_[i].word && (one.trusted || !ends_[i].trusted) &&
                       is_on(ends_[i].shared, one.object);
            });
            if (cover == open.end()) continue;
            Cause& cause = found(cover->object, cover->word, cover->trusted);
            cause.is_open = static_cast<std::size_t>(cover - open.begin());
            explain(cause, i);
        }
    }

    void asked_ones() {
        for (std::size_t i = 0; i < ends_.size(); ++i) {
            const CauseEnd& end = ends_[i];
            if (explained_[i] || end.word != CauseWord::fetch || !is_master_s_word(end.asked))
                continue;
            const auto kind = end.asked == Asked::gone ? CauseKind::file : CauseKind::host;
            const Shared* object = find_kind(end, kind);
            if (object != nullptr && !works_since(*object, end))
                explain(found(*object, end.word, true), i);
        }
    }

    void by_word(CauseWord word, bool trusted) {
        std::vector<std::size_t> cases;
        for (std::size_t i = 0; i < ends_.size(); ++i)
            if (is_case(i, word, trusted)) cases.push_back(i);
        if (cases.size() < fewest_cases(word)) return;
        Tally tally(ends_, trusted, now_);
        for (const auto& candidate : tally.candidates(word, cases))
            accept(candidate, word, trusted);
    }

    std::vector<Cause> causes() { return std::move(causes_); }

 private:
    bool is_case(std::size_t i, CauseWord word, bool trusted) const {
        const CauseEnd& end = ends_[i];
        return !explained_[i] && end.word == word && (end.trusted || !trusted) &&
               end.at + cause_window >= now_;
    }

    bool works_since(const Shared& object, const CauseEnd& failed) const {
        return std::any_of(ends_.begin(), ends_.end(), [&](const CauseEnd& end) {
            return end.began > failed.at && is_good(end, failed.word) && is_on(end.shared, object);
        });
    }

    void accept(const Candidate& candidate, CauseWord word, bool trusted) {
        std::vector<std::size_t> left;
        for (const auto i : candidate.cases)
            if (!explained_[i]) left.push_back(i);
        if (left.size() < candidate.others || !enough(ends_, left, living_, candidate.object.kind))
            return;
        Cause& cause = found(candidate.object, word, trusted);
        for (const auto i : left) explain(cause, i);
    }

    Cause& found(const Shared& object, CauseWord word, bool trusted) {
        for (auto& one : causes_)
            if (one.object == object && one.word == word && one.trusted == trusted) return one;
        return causes_.emplace_back(Cause{object, word, trusted, {}, std::nullopt});
    }

    void explain(Cause& cause, std::size_t i) {
        explained_[i] = true;
        cause.cases.push_back(i);
    }

    std::span<const CauseEnd> ends_;
    std::span<const int> living_;
    CauseTime now_;
    std::vector<bool> explained_;
    std::vector<Cause> causes_;
};

}  // namespace

std::vector<Cause> common_causes(std::span<const CauseEnd> ends, std::span<const int> living,
                                 std::span<const Cause> open, CauseTime now) {
    Search search(ends, living, now);
    search.open_ones(open);
    search.asked_ones();
    for (const bool trusted : {true, false})
        for (const auto word :
             {CauseWord::fetch, CauseWord::chroot, CauseWord::builder_fetch, CauseWord::silent})
            search.by_word(word, trusted);
    return search.causes();
}

bool is_master_s_word(Asked asked) {
    return asked == Asked::gone || asked == Asked::no_answer;
}

bool is_good(const CauseEnd& end, CauseWord word) {
    switch (word) {
        case CauseWord::fetch:
            return end.reached == Reached::files || end.reached == Reached::build;
        case CauseWord::chroot:
        case CauseWord::builder_fetch:
            return end.reached == Reached::build;
        case CauseWord::silent:
            return end.reached == Reached::back;
        case CauseWord::none:
            break;
    }
    return false;
}

bool holds(const Cause& cause, std::span<const Shared> shared, bool trusted_job) {
    return (cause.trusted || !trusted_job) && is_on(shared, cause.object);
}

}  // namespace buildd::policy
