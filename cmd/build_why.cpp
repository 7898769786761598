// build why.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "builds.hpp"
#include "db/line_faults.hpp"
#include "db/passes.hpp"
#include "db/snapshot.hpp"
#include "expected_times.hpp"
#include "farm/chroot_waits.hpp"
#include "farm/planned_builds.hpp"
#include "farm/waits.hpp"
#include "json.hpp"
#include "show.hpp"
#include "why.hpp"

namespace buildd::cmd {

namespace {

constexpr int explained_builds = 20;  // of a source

struct Explained {
    ExplainedBuild build;
    std::vector<std::string> reasons;
};

// Why it does not run; that no pass has dispatched for long is the commonest reason.
Explained explain(Context& context, BuildId id) {
    auto build = db::explain_build(context.database(), id);
    if (!build) throw_unknown(id);
    const auto builders = db::watch_builders(context.database());
    auto reasons = policy::why_build(*build, builders, why_rules(context));
    if (build->job.build.state == BuildState::MANUALDEPWAIT)
        if (const auto wait = farm::judge_wait(context.database(), id))
            if (auto sentence = policy::wait_sentence(*wait); !sentence.empty())
                reasons.push_back(std::move(sentence));
    if (build->job.build.state == BuildState::CHROOTWAIT) {
        if (auto sentence = farm::chroot_wait_sentence(context.settings(), context.database(), id))
            reasons.push_back(std::move(*sentence));
        for (const auto& fault : db::faults_of_lines(context.database(), id))
            reasons.push_back(fmt::format(
                "'buildd-master archive check' found {} ago that apt cannot use a line that it was "
                "given, {}: {}.",
                show_duration(fault.age), fault.line, fault.why));
    }
    if (build->job.claimed || !policy::is_kept(*build, builders, why_rules(context)))
        if (auto expected = sentence_of(expected_times(context, {id})[id]); !expected.empty())
            reasons.push_back(std::move(expected));
    if (build->job.build.state == BuildState::NEEDSBUILD) {
        const auto pass = policy::why_no_pass(db::last_dispatch(context.database()));
        if (pass.overdue) reasons.push_back(pass.sentence);
    }
    return {std::move(*build), std::move(reasons)};
}

Record record_of(const Explained& one) {
    const BuildFacts& build = one.build.job.build;
    return {{"build", "", build.id.value},
            {"title", "", build.title()},
            {"state", "", std::string(label(build.state))}};
}

void print(const Explained& one) {
    const BuildFacts& build = one.build.job.build;
    print_line(fmt::format("build {}, {}: {}", build.id.value, build.title(), label(build.state)));
    for (const auto& sentence : one.reasons) print_line(sentence);
}

// What has no build of a source, by the rule of `queue build`.
std::vector<std::string> not_built(Context& context, const std::string& name) {
    std::vector<std::string> sentences;
    const auto sources = farm::plan_sources(context.database(), std::vector{name});
    for (const auto& [source, plan] : sources) {
        std::vector<std::string> tags;
        for (const auto& build : plan.missing) tags.push_back(build.tag);
        if (!tags.empty())
            sentences.push_back(fmt::format(
                "{} {} in {}/{}, archive {}, has no build for {} yet: 'buildd-master queue build' "
                "makes it.",
                source.name, source.version, source.distribution, source.series_name,
                source.archive_name, join(tags, ", ")));
    }
    for (const auto& never : farm::never_built(sources))
        sentences.push_back(farm::never_sentence(never) + ".");
    if (sources.empty()) sentences.push_back(fmt::format("{} is published nowhere.", name));
    return sentences;
}

std::vector<Explained> builds_of(Context& context, const std::string& name) {
    db::BuildFilter filter;
    filter.source = name;
    filter.limit = explained_builds;
    std::vector<Explained> builds;
    for (const auto& row : db::list_builds(context.database(), filter))
        builds.push_back(explain(context, row.id));
    return builds;
}

std::string builds_json(const std::vector<Explained>& builds) {
    std::vector<std::string> objects;
    for (const auto& one : builds)
        objects.push_back(to_json(record_of(one), {{"reasons", to_json(one.reasons)}}));
    return "[" + join(objects, ",\n") + "]";
}

ExitStatus why_source(Context& context, const Arguments& arguments, const std::string& name) {
    const auto builds = builds_of(context, name);
    const auto rest = not_built(context, name);
    if (!arguments.has(json_flag.name)) {
        for (const auto& one : builds) print(one);
        for (const auto& sentence : rest) print_line(sentence);
    } else if (builds.size() == 1) {
        print_json(to_json(record_of(builds[0]), {{"reasons", to_json(builds[0].reasons)},
                                                  {"not_built", to_json(rest)}}));
    } else {
        print_json(to_json(Record{{"source", "", name}},
                           {{"builds", builds_json(builds)}, {"not_built", to_json(rest)}}));
    }
    return ExitStatus::done;
}

}  // namespace

ExitStatus build_why(Context& context, const Arguments& arguments) {
    const std::string& text = arguments.one("build");
    const bool is_id = parse_int(text).has_value();
    if (!is_id && db::has_source(context.database(), text))
        return why_source(context, arguments, text);
    const auto one = explain(context, build_of(context, arguments));
    if (arguments.has(json_flag.name))
        print_json(to_json(record_of(one), {{"reasons", to_json(one.reasons)}}));
    else
        print(one);
    return ExitStatus::done;
}

}  // namespace buildd::cmd
