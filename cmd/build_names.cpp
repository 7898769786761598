#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "builds.hpp"

namespace buildd::cmd {

namespace {

constexpr int usual_limit = 1000;
constexpr int named_builds = 10;  // of a source, before it is said that there are more

[[noreturn]] void throw_ambiguous(const std::string& name,
                                  const std::vector<db::BuildRow>& builds) {
    std::vector<std::string> ids;
    for (const auto& build : builds)
        ids.push_back(fmt::format("{} ({}, {})", build.id.value, build.title, label(build.state)));
    if (builds.size() == named_builds) ids.emplace_back("…");
    throw Failure(ExitStatus::usage,
                  fmt::format("{} has several builds, give the id: {}", name, join(ids, ", ")));
}

std::optional<db::TwoNames> two_names(const Arguments& arguments, const std::string& option,
                                      const std::string& form) {
    const auto text = arguments.maybe(option);
    if (!text) return std::nullopt;
    const auto parts = split_name(*text, 2, form);
    return db::TwoNames{parts[0], parts[1]};
}

std::optional<std::chrono::seconds> since_of(const Arguments& arguments) {
    const auto text = arguments.maybe("--since");
    if (!text) return std::nullopt;
    const auto duration = parse_duration(*text);
    if (!duration)
        throw Failure(ExitStatus::usage, fmt::format("--since: {}", duration.error().message));
    return *duration;
}

}  // namespace

const Argument limit_flag{"--limit", Argument::Kind::option, "At most so many (1000)", "N"};

int limit_of(const Arguments& arguments) {
    const auto text = arguments.maybe(limit_flag.name);
    if (!text) return usual_limit;
    const auto limit = parse_int(*text);
    if (!limit || *limit < 1 || *limit > 1'000'000'000)
        throw Failure(ExitStatus::usage,
                      fmt::format("--limit: '{}' is no number of builds", one_line(*text)));
    return static_cast<int>(*limit);
}

BuildId find_build(Context& context, const std::string& text) {
    if (const auto id = parse_int(text); id && *id > 0) return BuildId{*id};
    db::BuildFilter filter;
    filter.source = text;
    filter.limit = named_builds;
    if (!db::has_source(context.database(), text))
        throw Failure(ExitStatus::usage,
                      fmt::format("there is no build '{}': give an id or the name of a source; "
                                  "'buildd-master build list' shows them",
                                  one_line(text)));
    const auto builds = db::list_builds(context.database(), filter);
    if (builds.empty())
        throw Failure(
            ExitStatus::usage,
            fmt::format("{} has no builds yet: 'buildd-master queue build' makes them", text));
    if (builds.size() > 1) throw_ambiguous(text, builds);
    return builds.front().id;
}

std::vector<Argument> name_filters() {
    using Kind = Argument::Kind;
    return {{"--state", Kind::option, "Only in this state", "STATE"},
            {"--series", Kind::option, "Only of DISTRO/SERIES", "SERIES"},
            {"--arch", Kind::option, "Only of this architecture", "TAG"},
            {"--archive", Kind::option, "Only of DISTRO/NAME", "ARCHIVE"},
            {"--builder", Kind::option, "Only those built by it", "NAME"},
            {"--source", Kind::option, "Only of this source package", "NAME"}};
}

std::vector<Argument> filter_arguments() {
    auto filters = name_filters();
    filters.push_back({"--since", Argument::Kind::option,
                       "Only those that ended in the last DURATION", "DURATION"});
    return filters;
}

db::BuildFilter filter_of(const Arguments& arguments) {
    db::BuildFilter filter;
    if (const auto state = arguments.maybe("--state"))
        filter.state = parse_label<BuildState>(*state, "build state");
    filter.series = two_names(arguments, "--series", "DISTRO/SERIES");
    filter.archive = two_names(arguments, "--archive", "DISTRO/NAME");
    filter.architecture_tag = arguments.maybe("--arch");
    filter.builder = arguments.maybe("--builder");
    filter.source = arguments.maybe("--source");
    filter.since = since_of(arguments);
    return filter;
}

bool has_filter(const Arguments& arguments) {
    const auto filters = filter_arguments();
    return std::any_of(filters.begin(), filters.end(),
                       [&](const Argument& filter) { return arguments.has(filter.name); });
}

}  // namespace buildd::cmd
