#include "show.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

#include "base/text.hpp"
#include "json.hpp"

namespace buildd::cmd {

namespace {

struct Cell {
    std::string text;
    Tone tone = Tone::plain;
};
using Line = std::vector<Cell>;

// Characters of valid UTF-8: good enough for names, wrong for wide and combining characters.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

// https://no-color.org: set and not empty.
bool colour_wanted() {
    const char* refusal = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return ::isatty(STDOUT_FILENO) == 1 && (refusal == nullptr || *refusal == '\0') &&
           terminal != nullptr && std::string_view(terminal) != "dumb";
}

std::string painted(const Cell& cell) {
    static const bool colour = colour_wanted();
    if (!colour || cell.tone == Tone::plain) return cell.text;
    const int code = cell.tone == Tone::good ? 32 : cell.tone == Tone::waiting ? 33 : 31;
    return fmt::format("\x1b[{}m{}\x1b[0m", code, cell.text);
}

void print_lines(const std::vector<Line>& lines) {
    std::vector<std::size_t> widths;
    for (const auto& line : lines) {
        widths.resize(std::max(widths.size(), line.size()));
        for (std::size_t i = 0; i < line.size(); ++i)
            widths[i] = std::max(widths[i], width(line[i].text));
    }
    for (const auto& line : lines) {
        std::string text;
        std::size_t blanks = 0;  // owed: none end a line
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (!line[i].text.empty()) {
                text += std::string(blanks, ' ') + painted(line[i]);
                blanks = 0;
            }
            blanks += widths[i] - width(line[i].text) + 2;
        }
        fmt::print("{}\n", text);
    }
}

Cell cell_of(const Field& field) {
    return {mask_passwords(one_line(text_of(field))), field.tone};
}

void print_record(const Record& record) {
    std::vector<Line> lines;
    for (const auto& field : record)
        if (!field.heading.empty())
            lines.push_back(
                {{lines.empty() ? field.heading : lower(field.heading)}, cell_of(field)});
    print_lines(lines);
}

}  // namespace

const Argument json_flag{"--json", Argument::Kind::flag, "Answer in JSON"};

void show_list(const Arguments& arguments, const Table& table) {
    if (arguments.has(json_flag.name))
        print_json(to_json(table));
    else
        print_table(table);
}

void show_record(const Arguments& arguments, const Record& record,
                 const std::vector<Table>& tables) {
    if (arguments.has(json_flag.name)) {
        std::vector<JsonMember> members;
        for (const auto& table : tables) members.emplace_back(table.key, to_json(table));
        print_json(to_json(record, members));
        return;
    }
    print_record(record);
    for (const auto& table : tables) {
        if (table.rows.empty()) continue;
        print_line("");
        print_table(table);
    }
}

void print_table(const Table& table) {
    std::vector<Line> lines(1);
    for (const auto& column : table.columns)
        if (!column.heading.empty()) lines[0].push_back({column.heading});
    for (const auto& row : table.rows) {
        Line& line = lines.emplace_back();
        for (const auto& field : row)
            if (!field.heading.empty()) line.push_back(cell_of(field));
    }
    print_lines(lines);
}

void print_line(const std::string& line) {
    fmt::print("{}\n", mask_passwords(one_line(line)));
}

void print_json(const std::string& json) {
    fmt::print("{}\n", json);
}

void flush_output() {
    if (std::fflush(stdout) != 0)
        throw std::system_error(errno, std::generic_category(), "cannot write to standard output");
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

void print_changes(const std::string& what, const db::Values& changed) {
    if (changed.empty()) return print_change(what, db::Change::unchanged);
    const auto shown = [](const std::string& text) { return text.empty() ? "none" : text; };
    std::vector<std::string> words;
    for (const auto& one : changed)
        words.push_back(
            fmt::format("{} {} -> {}", one.name, shown(one.is), shown(one.wanted.value_or(""))));
    print_line(what + ": changed: " + join(words, ", "));
}

}  // namespace buildd::cmd
