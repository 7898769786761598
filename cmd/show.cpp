#include "show.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd::cmd {

namespace {

// Characters of valid UTF-8.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

void print_row(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string cell = mask_passwords(one_line(row[i]));
        line += cell;
        if (i + 1 < row.size()) line += std::string(widths[i] - width(cell) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    fmt::print("{}\n", line);
}

}  // namespace

void print_table(const std::vector<std::string>& headings,
                 const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& heading : headings) widths.push_back(heading.size());
    for (const auto& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width(mask_passwords(one_line(row[i]))));
    print_row(headings, widths);
    for (const auto& row : rows) print_row(row, widths);
}

void print_line(const std::string& line) {
    fmt::print("{}\n", mask_passwords(one_line(line)));
}

void print_change(const std::string& what, db::Change change) {
    switch (change) {
        case db::Change::created:
            print_line(what + ": added");
            break;
        case db::Change::changed:
            print_line(what + ": changed");
            break;
        case db::Change::unchanged:
            print_line(what + ": is so already");
            break;
    }
}

}  // namespace buildd::cmd
