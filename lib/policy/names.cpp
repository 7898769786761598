#include "policy/names.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd::policy {

namespace {

constexpr std::size_t stamp_length = std::string_view("YYYYMMDD-HHMMSS").size();
constexpr std::size_t max_name_length = 200;
constexpr std::string_view result_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+~_:=-";

}  // namespace

std::string build_log_name(const BuildFacts& build, BuildState state) {
    const TargetFacts& target = build.target;
    return fmt::format("buildlog_{}-{}-{}.{}_{}_{}.txt.gz", target.distribution, target.series,
                       target.architecture_tag, build.source.name, build.source.version,
                       label(state));
}

std::string upload_log_name(BuildId build, std::string_view leaf) {
    return fmt::format("upload_{}_{}.log", build.value, leaf);
}

std::string leaf_name(std::chrono::system_clock::time_point now, const Cookie& cookie) {
    return utc_stamp(now, "%Y%m%d-%H%M%S-") + cookie.text();
}

Result<Cookie> leaf_cookie(std::string_view leaf) {
    if (leaf.size() <= stamp_length + 1 || leaf[stamp_length] != '-')
        return Error{"it is not named like a leaf"};
    return parse_cookie(leaf.substr(stamp_length + 1));
}

std::string leaf_path(const BuildFacts& build) {
    if (build.archive.purpose != ArchivePurpose::PPA) return build.target.distribution;
    return "~" + build.archive.owner + "/" + build.target.distribution;
}

Result<void> check_result_name(std::string_view name) {
    const auto refuse = [&](std::string_view why) {
        return Error{fmt::format("the file name '{}' {}", one_line(name).substr(0, 100), why)};
    };
    if (name.empty()) return Error{"a file has no name"};
    if (name.size() > max_name_length) return refuse("is too long");
    if (name.front() == '-' || name.front() == '.') return refuse("begins with - or .");
    if (name.find_first_not_of(result_characters) != name.npos)
        return refuse("holds more than letters, digits and . + ~ _ : = -");
    return {};
}

Result<void> check_farm_name(std::string_view name) {
    constexpr std::string_view first = "abcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::string_view all = "abcdefghijklmnopqrstuvwxyz0123456789+._-";
    if (!name.empty() && first.find(name.front()) != first.npos &&
        name.find_first_not_of(all) == name.npos)
        return {};
    return Error{"lower-case letters, digits and + . _ - are allowed, a letter or digit first"};
}

}  // namespace buildd::policy
