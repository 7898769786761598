#include "farm/upload_reasons.hpp"

#include <fmt/format.h>
#include <vector>

#include "base/text.hpp"

namespace buildd::farm {

namespace {

constexpr std::size_t most = 5;
constexpr std::size_t longest = 300;  // bytes of one

constexpr std::string_view first_line = "INFO    creating lockfile\n";
constexpr std::string_view rejection = "INFO    - ";

// After the line that announces them.
std::vector<std::string> rejections(const std::vector<std::string>& lines) {
    std::vector<std::string> found;
    bool announced = false;
    for (const auto& line : lines) {
        if (line.find("Upload was rejected:") != std::string::npos)
            announced = true;
        else if (announced && line.starts_with(rejection))
            found.push_back(line.substr(rejection.size()));
        else
            announced = false;
    }
    return found;
}

std::vector<std::string> errors(const std::vector<std::string>& lines) {
    std::vector<std::string> found;
    for (const auto& line : lines)
        for (const std::string_view level : {"ERROR ", "CRITICAL "})
            if (line.starts_with(level)) found.push_back(line.substr(level.size()));
    return found;
}

std::string cut(std::string reason) {
    reason = one_line(trim(reason));
    return reason.size() > longest ? to_utf8(reason.substr(0, longest)) + "…" : reason;
}

// A leaf that is handed over again keeps its log: the lines of the last try.
std::string_view last_try(std::string_view log) {
    const auto begin = log.rfind(first_line);
    return begin == log.npos ? log : log.substr(begin);
}

}  // namespace

std::string upload_reasons(std::string_view log) {
    const auto lines = split(last_try(log), '\n');
    auto found = rejections(lines);
    if (found.empty()) found = errors(lines);
    const std::size_t all = found.size();
    if (all > most) found.resize(most);
    for (auto& reason : found) reason = cut(std::move(reason));
    if (all > most) found.push_back(fmt::format("and {} more", all - most));
    return join(found, "; ");
}

}  // namespace buildd::farm
