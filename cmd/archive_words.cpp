#include "archive_words.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/names.hpp"

namespace buildd::cmd {

namespace {

constexpr const char* form =
    "write [SERIES/]POCKET=URL,SUITE,COMPONENTS, components separated by blanks, or "
    "[SERIES/]POCKET=absent or =default";

// A name, with "%(series)s" where that of the series stands.
std::string suite_of(const std::string& text) {
    const std::string example = replace_all(text, "%(series)s", "series");
    if (text.empty() || policy::check_result_name(example)) return text;
    throw Failure(ExitStatus::usage, fmt::format("--pocket: '{}' is no suite: it is a name, with "
                                                 "%(series)s where that of the series stands",
                                                 one_line(text)));
}

db::PocketWish pocket_of(const std::string& text) {
    const auto equals = text.find('=');
    const std::string place = text.substr(0, equals);
    const auto slash = place.find('/');
    db::PocketWish wish;
    if (slash != place.npos) wish.series = checked_name(place.substr(0, slash), "series");
    wish.pocket =
        parse_label<Pocket>(slash == place.npos ? place : place.substr(slash + 1), "pocket");
    const std::string where = equals == text.npos ? "" : text.substr(equals + 1);
    wish.absent = where == "absent";
    if (wish.absent || where == "default") return wish;
    const auto parts = split(where, ',');
    if (parts.size() > 3 || where.empty())
        throw Failure(ExitStatus::usage, fmt::format("--pocket: '{}': {}", one_line(text), form));
    if (!parts[0].empty()) wish.url = url_of(parts[0], "--pocket");
    if (parts.size() > 1) wish.suite = suite_of(parts[1]);
    if (parts.size() > 2) wish.components = components_of(parts[2]);
    return wish;
}

}  // namespace

std::string url_of(const std::string& text, const std::string& option) {
    const auto colon = text.find("://");
    const std::string scheme = lower(text.substr(0, colon));
    if (colon == text.npos || colon == 0 || colon + 3 == text.size() || has_control(text) ||
        scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz") != scheme.npos ||
        text.find_first_of(" \t\r\n\v\f") != text.npos)
        throw Failure(ExitStatus::usage, option + ": '" + one_line(text) + "' is no URL");
    return scheme + text.substr(colon);
}

std::string components_of(const std::string& text) {
    if (text.find(',') != text.npos)
        throw Failure(ExitStatus::usage,
                      "'" + one_line(text) +
                          "' cannot be the name of a component: they are separated by blanks");
    const auto words = split_words(text);
    for (const auto& word : words) checked_name(word, "component");
    return join(words, " ");
}

db::PocketWishes pockets_of(const Arguments& arguments) {
    db::PocketWishes wishes;
    for (const auto& text : arguments.all("--pocket")) wishes.push_back(pocket_of(text));
    return wishes;
}

}  // namespace buildd::cmd
