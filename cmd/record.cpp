#include "record.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd::cmd {

namespace {

Tone tone_of(BuildState state) {
    switch (state) {
        case BuildState::FULLYBUILT:
            return Tone::good;
        case BuildState::FAILEDTOBUILD:
        case BuildState::CHROOTWAIT:
        case BuildState::FAILEDTOUPLOAD:
            return Tone::bad;
        case BuildState::NEEDSBUILD:
        case BuildState::MANUALDEPWAIT:
        case BuildState::BUILDING:
        case BuildState::UPLOADING:
        case BuildState::CANCELLING:
            return Tone::waiting;
        case BuildState::SUPERSEDED:
        case BuildState::CANCELLED:
            break;
    }
    return Tone::plain;
}

std::string shown_time(const std::string& time, std::size_t length) {
    return replace_all(time.substr(0, length), "T", " ");
}

}  // namespace

std::string text_of(const Field& field) {
    if (field.shown) return *field.shown;
    if (const auto* text = std::get_if<std::string>(&field.value)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&field.value))
        return fmt::format("{}", *number);
    if (const auto* truth = std::get_if<bool>(&field.value)) return *truth ? "yes" : "no";
    return "";
}

std::string to_the_second(const std::string& time) {
    return shown_time(time, 19);
}

std::string to_the_minute(const std::string& time) {
    return shown_time(time, 16);
}

Field state_field(std::string heading, BuildState state) {
    return {"state", std::move(heading), std::string(label(state)), {}, tone_of(state)};
}

}  // namespace buildd::cmd
