// Values on their way into a statement, in PostgreSQL's text format.
#pragma once

#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/text.hpp"
#include "model/ids.hpp"
#include "model/labels.hpp"

namespace buildd::db {

using Param = std::optional<std::string>;  // nullopt: NULL

// Text becomes valid UTF-8 without NUL on the way (L33).
inline Param to_param(std::string_view text) {
    return to_utf8(text);
}
inline Param to_param(const std::string& text) {
    return to_utf8(text);
}
inline Param to_param(const char* text) {
    return to_utf8(text);
}
inline Param to_param(bool value) {
    return value ? "t" : "f";
}
// Comes back as it was.
inline Param to_param(double value) {
    return fmt::format("{}", value);
}
inline Param to_param(std::nullopt_t) {
    return std::nullopt;
}
inline Param to_param(std::chrono::seconds value) {
    return std::to_string(value.count()) + " s";
}

template <class T>
requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) Param to_param(T value) {
    return std::to_string(value);
}

template <class Table>
Param to_param(Id<Table> id) {
    return std::to_string(id.value);
}

template <class E>
requires std::is_enum_v<E> Param to_param(E value) {
    return std::string(label(value));
}

template <class T>
Param to_param(const std::vector<T>& values);

template <class T>
Param to_param(const std::optional<T>& value) {
    return value ? to_param(*value) : std::nullopt;
}

// One element of an array literal: quoted, so that nothing in it is special.
std::string array_element(const Param& element);

template <class T>
Param to_param(const std::vector<T>& values) {
    std::string literal = "{";
    for (const auto& value : values) {
        if (literal.size() > 1) literal += ',';
        literal += array_element(to_param(value));
    }
    return literal + "}";
}

}  // namespace buildd::db
