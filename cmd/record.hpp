// What list, show and status commands answer, before it is text, JSON or HTML: each column stands
// in one place, with its name for programs and its heading for people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/labels.hpp"

namespace buildd::cmd {

// An empty text stands for a missing value too. Times are texts as ISO 8601, UTC.
using Value = std::variant<std::monostate, bool, std::int64_t, std::string>;

// Never the only sign of what it says: it is a colour, and not everywhere.
enum class Tone { plain, good, waiting, bad };

struct Field {
    std::string key;      // in JSON; the man page documents it
    std::string heading;  // empty: only programs see it
    Value value = {};
    std::optional<std::string> shown = {};  // to people; nullopt: the value itself
    Tone tone = Tone::plain;
};
using Record = std::vector<Field>;

struct Table {
    std::string key;  // of the JSON member, when it is a part of something
    Record columns;   // a record without values
    std::vector<Record> rows;
};

// `record_of` makes a Record of an Item; of one without values it is asked for the columns.
template <class Item, class Function>
Table table_of(std::string key, const std::vector<Item>& items, Function record_of) {
    Table table{std::move(key), record_of(Item{}), {}};
    for (const auto& item : items) table.rows.push_back(record_of(item));
    return table;
}

template <class Number>
Value number_or_null(const std::optional<Number>& number) {
    return number ? Value(static_cast<std::int64_t>(*number)) : Value();
}

// As people see it, not yet safe for a terminal.
std::string text_of(const Field& field);

// "2005-04-01 08:54:38" or "… 08:54" of an ISO time.
std::string to_the_second(const std::string& time);
std::string to_the_minute(const std::string& time);

// `state` as a column, toned: what failed is bad, what is under way waits.
Field state_field(std::string heading, BuildState state);

}  // namespace buildd::cmd
