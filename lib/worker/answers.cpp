#include "worker/answers.hpp"

#include "base/text.hpp"

namespace buildd::worker {

namespace {

using xmlrpc::Array;
using xmlrpc::Value;

constexpr std::size_t max_words = 300;

}  // namespace

std::string in_brief(std::string_view text) {
    return mask_passwords(one_line(text)).substr(0, max_words);
}

std::optional<Presence> decode_presence(const Value& answer) {
    const auto* array = answer.as<Array>();
    if (array == nullptr || array->size() < 2) return std::nullopt;
    const auto* present = (*array)[0].as<bool>();
    const auto* info = (*array)[1].as<std::string>();
    if (present == nullptr) return std::nullopt;
    return Presence{*present, info == nullptr ? "" : in_brief(*info)};  // the seed's: (True, None)
}

std::optional<BuildAnswer> decode_build(const Value& answer) {
    const auto* array = answer.as<Array>();
    if (array == nullptr || array->empty()) return std::nullopt;
    const auto* word = (*array)[0].as<std::string>();
    if (word == nullptr) return std::nullopt;
    const auto* text = array->size() > 1 ? (*array)[1].as<std::string>() : nullptr;
    const bool started = *word == "BuilderStatus.BUILDING" || *word == "BuildStatus.Building";
    return BuildAnswer{started, in_brief(*word + " " + (text == nullptr ? "" : *text))};
}

}  // namespace buildd::worker
