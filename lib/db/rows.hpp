// Rows that came back, decoded column by column.
#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "model/ids.hpp"
#include "model/labels.hpp"

struct pg_result;

namespace buildd::db {

class Row;

class Rows {
 public:
    explicit Rows(std::shared_ptr<pg_result> result) : result_(std::move(result)) {}

    std::size_t size() const;
    bool empty() const { return size() == 0; }
    Row operator[](std::size_t index) const;
    std::int64_t changed() const;  // rows inserted, updated or deleted

    class Iterator;
    Iterator begin() const;
    Iterator end() const;

 private:
    friend class Row;
    std::shared_ptr<pg_result> result_;
};

// A row whose columns are read in order: `row >> id >> name >> when;`. A NULL read into anything
// but an optional, or a text that is no such value, is a programming error (std::logic_error).
class Row {
 public:
    Row(Rows rows, std::size_t index) : rows_(std::move(rows)), index_(static_cast<int>(index)) {}

    template <class T>
    Row& operator>>(T& out) {
        const auto text = next();
        if (!text) throw std::logic_error("unexpected NULL in a row");
        decode(*text, out);
        return *this;
    }
    template <class T>
    Row& operator>>(std::optional<T>& out) {
        const auto text = next();
        out.reset();
        if (text) decode(*text, out.emplace());
        return *this;
    }
    template <class T>
    T get() {
        T out{};
        *this >> out;
        return out;
    }

 private:
    std::optional<std::string_view> next();

    static void decode(std::string_view text, std::string& out) { out = text; }
    static void decode(std::string_view text, bool& out) { out = text == "t"; }
    static void decode(std::string_view text, std::int64_t& out) { out = number(text); }
    static void decode(std::string_view text, int& out) { out = static_cast<int>(number(text)); }
    static void decode(std::string_view text, double& out) {
        std::from_chars(text.data(), text.data() + text.size(), out);
    }
    static void decode(std::string_view text, std::chrono::seconds& out) {
        out = std::chrono::seconds(number(text));
    }
    template <class Table>
    static void decode(std::string_view text, Id<Table>& out) {
        out.value = number(text);
    }
    template <class E>
    requires std::is_enum_v<E>
    static void decode(std::string_view text, E& out) {
        const auto value = from_label<E>(text);
        if (!value) throw std::logic_error("unknown label " + std::string(text));
        out = *value;
    }
    static std::int64_t number(std::string_view text) {
        const auto value = parse_int(text);
        if (!value) throw std::logic_error("not a number: " + std::string(text));
        return *value;
    }

    Rows rows_;  // keeps the result alive
    int index_;
    int column_ = 0;
};

class Rows::Iterator {
 public:
    Iterator(const Rows& rows, std::size_t index) : rows_(rows), index_(index) {}
    Row operator*() const { return rows_[index_]; }
    Iterator& operator++() {
        ++index_;
        return *this;
    }
    bool operator!=(const Iterator& other) const { return index_ != other.index_; }

 private:
    const Rows& rows_;
    std::size_t index_;
};

inline Rows::Iterator Rows::begin() const {
    return {*this, 0};
}
inline Rows::Iterator Rows::end() const {
    return {*this, size()};
}

}  // namespace buildd::db
