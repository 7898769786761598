// XML-RPC answers by hand: they may be as wrong as they like.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

namespace buildd::test::xml {

inline std::string tag(const std::string& name, const std::string& content) {
    return "<" + name + ">" + content + "</" + name + ">";
}

inline std::string value(const std::string& content) {
    return tag("value", content);
}

inline std::string string(const std::string& text) {
    return value(tag("string", text));
}

inline std::string array(std::initializer_list<std::string> values) {
    std::string items;
    for (const auto& item : values) items += item;
    return value(tag("array", tag("data", items)));
}

using Member = std::pair<std::string, std::string>;

inline std::string structure(std::initializer_list<Member> members) {
    std::string items;
    for (const auto& [name, content] : members) items += tag("member", tag("name", name) + content);
    return value(tag("struct", items));
}

inline std::string answer(const std::string& content) {
    return "<?xml version='1.0'?>\n" + tag("methodResponse", tag("params", tag("param", content)));
}

inline std::string repeat(const std::string& text, std::size_t times) {
    std::string out;
    out.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
}

}  // namespace buildd::test::xml
