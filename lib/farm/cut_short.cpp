#include "farm/cut_short.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "db/passes.hpp"

namespace buildd::farm {

namespace {

constexpr std::size_t most_named = 20;
constexpr int again_and_again = 3;  // passes in a row

std::string in_brief(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    const auto shown = std::min(names.size(), most_named);
    std::string out =
        join({names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown)}, " ");
    if (shown < names.size()) out += fmt::format(" and {} more", names.size() - shown);
    return out;
}

std::string builders(const std::vector<std::string>& names) {
    return counted(static_cast<std::int64_t>(names.size()), "builder");
}

void say_who(const Farm& farm) {
    const Report& report = farm.report;
    if (!report.cut.empty())
        farm.log.info("The time of this pass was over for {}; the next one goes on: {}",
                      builders(report.cut), in_brief(report.cut));
    if (!report.passed_over.empty())
        farm.log.info("This pass did not come to {}; the next one begins with them: {}",
                      builders(report.passed_over), in_brief(report.passed_over));
}

// Once an hour for each, in one statement for all.
void say_who_again(const Farm& farm, const std::vector<db::CutBuilder>& cut) {
    std::vector<db::Notice> notices;
    for (const auto& builder : cut)
        if (builder.passes >= again_and_again)
            notices.push_back({"cut " + builder.name,
                               fmt::format("Builder '{}' was cut short in {} passes in a row",
                                           builder.name, builder.passes)});
    if (notices.empty()) return;
    std::vector<std::string> names;
    for (const auto& cause : db::notices_due(farm.database, notices))
        names.push_back(cause.substr(cause.find(' ') + 1));
    if (names.empty()) return;
    farm.log.warning("{} cut short in {} passes in a row or more: {}", builders(names),
                     again_and_again, in_brief(names));
}

}  // namespace

void note_cut_short(const Farm& farm, const std::string& command, bool cut_before) {
    const Report& report = farm.report;
    say_who(farm);
    if (farm.dry_run) return;
    farm.guarded("Who was cut short could not be noted", [&] {
        if (cut_before || !report.cut.empty() || !report.passed_over.empty())
            say_who_again(farm,
                          db::note_cut(farm.database, command, report.cut, report.passed_over));
    });
}

}  // namespace buildd::farm
