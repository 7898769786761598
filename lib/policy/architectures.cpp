#include "policy/architectures.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "base/text.hpp"
#include "policy/dpkg_tables.hpp"

namespace buildd::policy {

namespace {

using Tuple = std::array<std::string, 4>;  // abi, libc, os, cpu

// Rows of a table: their words.
std::vector<std::vector<std::string>> rows_of(std::string_view table) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& line : split(table, '\n')) {
        auto words = split_words(line);
        if (!words.empty() && !words[0].starts_with('#')) rows.push_back(std::move(words));
    }
    return rows;
}

// Architectures by their names. As in dpkg the first row that has a name or a tuple counts.
class Table {
 public:
    Table() {
        const auto cpus = rows_of(cputable);
        for (const auto& row : rows_of(tupletable)) {
            if (row[0].find(any_cpu) == row[0].npos)
                add(row[0], row[1]);
            else
                for (const auto& cpu : cpus)
                    add(replace_all(row[0], any_cpu, cpu[0]), replace_all(row[1], any_cpu, cpu[0]));
        }
    }

    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const auto& [name, tuple] : by_name_) all.push_back(name);
        return all;
    }

    const Tuple* find(const std::string& name) const {
        const auto found = by_name_.find(name);
        return found == by_name_.end() ? nullptr : &found->second;
    }

 private:
    static constexpr std::string_view any_cpu = "<cpu>";

    void add(const std::string& text, const std::string& name) {
        const auto parts = split(text, '-');
        if (parts.size() != 4) return;
        const Tuple tuple{parts[0], parts[1], parts[2], parts[3]};
        const bool known = std::any_of(by_name_.begin(), by_name_.end(),
                                       [&](const auto& entry) { return entry.second == tuple; });
        if (!known) by_name_.emplace(name, tuple);
    }

    std::map<std::string, Tuple> by_name_;
};

const Table& dpkg_table() {
    static const Table table;
    return table;
}

// dpkg's debarch_to_debtuple: `linux-amd64` is amd64.
const Tuple* tuple_of(std::string_view name) {
    constexpr std::string_view linux = "linux-";
    if (name.starts_with(linux)) {
        name.remove_prefix(linux.size());
        name = name.substr(0, name.find('-'));
    }
    return dpkg_table().find(std::string(name));
}

// Of a word with `any` in it; what it does not name is any. nullopt: it is no wildcard.
std::optional<Tuple> wildcard_of(std::string_view word) {
    const auto parts = split(word, '-');
    const bool wild = std::find(parts.begin(), parts.end(), "any") != parts.end();
    if (!wild || parts.size() > std::tuple_size_v<Tuple>) return std::nullopt;
    Tuple tuple{"any", "any", "any", "any"};
    std::copy(parts.rbegin(), parts.rend(), tuple.rbegin());
    return tuple;
}

bool part_matches(const std::string& wildcard, const std::string& part) {
    return wildcard == "any" || wildcard == part;
}

}  // namespace

bool architecture_matches(std::string_view word, std::string_view tag) {
    if (word == tag || word == "any") return word != "all";
    const Tuple* const real = tuple_of(tag);
    if (real == nullptr) return false;
    if (const auto wildcard = wildcard_of(word))
        return std::equal(wildcard->begin(), wildcard->end(), real->begin(), part_matches);
    const Tuple* const named = tuple_of(word);
    return named != nullptr && *named == *real;
}

const std::vector<std::string>& known_architectures() {
    static const std::vector<std::string> names = dpkg_table().names();
    return names;
}

}  // namespace buildd::policy
