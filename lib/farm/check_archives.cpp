#include "farm/check_archives.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <memory>

#include "base/text.hpp"
#include "db/line_faults.hpp"
#include "farm/lines_to_check.hpp"
#include "farm/suite_check.hpp"

namespace buildd::farm {

namespace {

using How = policy::LineVerdict::How;
using Of = policy::ArchiveLine::Of;
using Release = policy::SuiteFound::Release;

class Check {
 public:
    Check(RefreshLoop& run, const std::vector<std::string>& names)
        : run_(run),
          database_(run.tools().database),
          archives_(db::archives_to_refresh(database_, names)) {}

    std::vector<ArchiveCheck> all() {
        const auto facts = db::line_facts(database_, archives_);
        for (const auto& archive : archives_)
            lines_.push_back(lines_to_check(archive, facts.at(archive.id)));
        for (const auto& lines : lines_)
            for (const auto& line : lines) want(line);
        for (auto& [key, suite] : suites_) run_.loop().spawn(suite->run());
        run_.loop().run();
        for (const auto& lines : lines_)
            for (const auto& line : lines) note(line);
        return results();
    }

 private:
    // One for all lines that name the same suite: a thousand PPAs see one primary archive.
    SuiteCheck& suite_of(const LineToCheck& line) {
        auto& suite = suites_[{line.source->suite_url(), line.key}];
        if (!suite)
            suite = std::make_unique<SuiteCheck>(run_.tools(), line.source->suite_url(), line.key);
        return *suite;
    }

    void want(const LineToCheck& line) {
        if (!line.source) return;
        for (const auto& tag : line.tags) suite_of(line).want(line.source->components, tag);
    }

    void note(const LineToCheck& line) {
        if (!line.source) return;
        const Release release = suite_of(line).found().release;
        for (const auto& place : line.places) {
            if (release == Release::there) db::note_there(database_, place.sought);
            if (release == Release::missing) db::note_missing(database_, place.sought);
        }
    }

    std::vector<ArchiveCheck> results() {
        std::vector<ArchiveId> ids;
        for (const auto& archive : archives_) ids.push_back(archive.id);
        const db::PlaceBook book(database_, ids);
        std::vector<ArchiveCheck> results;
        for (std::size_t i = 0; i < archives_.size(); ++i) {
            ArchiveCheck& one = results.emplace_back();
            one.archive = archives_[i].name;
            for (const auto& line : lines_[i])
                one.lines.push_back(result(archives_[i], line, book));
            note_faults(archives_[i].id, one);
        }
        return results;
    }

    void note_faults(ArchiveId archive, const ArchiveCheck& check) {
        std::vector<db::LineFault> faults;
        for (const auto& line : check.lines)
            if (line.is_fault)
                faults.push_back({mask_passwords(line.text), mask_passwords(line.verdict.why), {}});
        db::note_line_faults(database_, archive, faults);
    }

    CheckedLine result(const db::RefreshableArchive& archive, const LineToCheck& line,
                       const db::PlaceBook& book) {
        CheckedLine checked{line.line.text, {How::unusable, "it is no deb line"}, false, true};
        if (!line.source) return checked;
        checked.verdict = policy::judge_line(*line.source, line.tags, suite_of(line).found());
        checked.left_out = is_left_out(line, book);
        const bool of_primary =
            line.line.of == Of::own && archive.purpose == ArchivePurpose::PRIMARY;
        const bool missing =
            checked.verdict.how == How::missing && (!checked.left_out || of_primary);
        checked.is_fault = missing || checked.verdict.how == How::unusable;
        return checked;
    }

    // One place that is not left out brings the line.
    static bool is_left_out(const LineToCheck& line, const db::PlaceBook& book) {
        const auto left_out = [&](const LinePlace& place) {
            return policy::is_left_out(book.of(place.sought.archive, place.series),
                                       place.sought.pocket, place.whose);
        };
        return !line.places.empty() &&
               std::all_of(line.places.begin(), line.places.end(), left_out);
    }

    RefreshLoop& run_;
    db::Database& database_;
    const std::vector<db::RefreshableArchive> archives_;
    std::vector<std::vector<LineToCheck>> lines_;  // of each archive
    std::map<std::pair<std::string, std::string>, std::unique_ptr<SuiteCheck>> suites_;
};

}  // namespace

std::string CheckedLine::words() const {
    if (verdict.how == How::good) return "";
    std::string words = fmt::format("{}: {}", text, verdict.why);
    if (left_out)
        words +=
            ": left out of what builders are given until it is there or something is "
            "published in it";
    return words;
}

std::size_t ArchiveCheck::faults() const {
    return static_cast<std::size_t>(
        std::count_if(lines.begin(), lines.end(), [](const auto& line) { return line.is_fault; }));
}

std::string ArchiveCheck::text() const {
    std::string count = counted(static_cast<std::int64_t>(lines.size()), "line");
    if (faults() == 0) return count;
    return fmt::format("{}, {} that apt cannot use", count, faults());
}

std::vector<ArchiveCheck> check_archives(const Settings& settings, db::Database& database,
                                         const std::vector<std::string>& archives,
                                         const StopSignals& signals, Log& log) {
    RefreshLoop run(settings, database, signals, log);
    return Check(run, archives).all();
}

}  // namespace buildd::farm
