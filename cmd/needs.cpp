// need add, list, remove.
#include "db/needs.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "command.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

using Kind = Argument::Kind;

std::vector<db::Need> needs_of(const Arguments& arguments) {
    db::Need need;
    need.source = checked_glob(arguments.one("source"), "source");
    need.series = checked_glob(arguments.maybe("--series").value_or("*"), "--series");
    if (need.series != "*" && need.series.find('/') == need.series.npos)
        need.series = "*/" + need.series;
    need.architecture = checked_glob(arguments.maybe("--arch").value_or("*"), "--arch");
    std::vector<db::Need> needs;
    for (const auto& tag : arguments.all("--tag")) {
        need.tag = checked_name(tag, "tag");
        needs.push_back(need);
    }
    return needs;
}

std::string title(const db::Need& need) {
    std::string text = fmt::format("need of {} by {}", need.tag, need.source);
    if (need.series != "*") text += " in " + need.series;
    if (need.architecture != "*") text += " on " + need.architecture;
    return text;
}

void warn_of_unmet(Context& context, const db::Need& need) {
    const auto unmet = db::unmet_architectures(context.database(), need);
    if (!unmet.empty())
        context.log().warning(
            "No builder of {} in use has the tag '{}': what needs it waits until 'buildd-master "
            "builder set NAME --tag {}'",
            join(unmet, ", "), need.tag, need.tag);
}

ExitStatus need_add(Context& context, const Arguments& arguments) {
    const auto needs = needs_of(arguments);
    std::vector<db::Change> changes;
    db::Transaction transaction(context.database());
    for (const auto& need : needs) changes.push_back(db::add_need(transaction, need));
    transaction.commit();
    for (std::size_t i = 0; i < needs.size(); ++i) {
        print_change(title(needs[i]), changes[i]);
        warn_of_unmet(context, needs[i]);
    }
    return ExitStatus::done;
}

ExitStatus need_remove(Context& context, const Arguments& arguments) {
    const auto needs = needs_of(arguments);
    db::Transaction transaction(context.database());
    for (const auto& need : needs)
        if (!db::remove_need(transaction, need))
            throw Failure(
                ExitStatus::usage,
                fmt::format("there is no {}: 'buildd-master need list' names them", title(need)));
    transaction.commit();
    for (const auto& need : needs) print_line(title(need) + ": removed");
    return ExitStatus::done;
}

Record record_of(const db::NeedRow& row) {
    return {{"source", "SOURCE", row.need.source},
            {"series", "SERIES", row.need.series},
            {"architecture", "ARCH", row.need.architecture},
            {"tag", "TAG", row.need.tag},
            {"jobs", "WAITING", row.jobs},
            {"builders", "BUILDERS", row.builders, std::to_string(row.builders),
             row.builders == 0 ? Tone::bad : Tone::plain}};
}

ExitStatus need_list(Context& context, const Arguments& arguments) {
    show_list(arguments, table_of("needs", db::list_needs(context.database()), record_of));
    return ExitStatus::done;
}

}  // namespace

std::vector<Command> need_commands() {
    const std::vector<Argument> what{
        {"source", Kind::positional, "A source, or a glob of several"},
        required({"--tag", Kind::repeated_option, "That the builder must have", "TAG"}),
        {"--series", Kind::option, "Of these series only", "DISTRO/SERIES"},
        {"--arch", Kind::option, "For these architectures only", "TAG"},
        dry_run_flag};
    return {
        {{"need", "add"}, "Let sources be built by builders with a tag only", what, need_add},
        {{"need", "list"}, "List what sources need", {json_flag}, need_list},
        {{"need", "remove"}, "Let every builder build them again", what, need_remove},
    };
}

}  // namespace buildd::cmd
