#include "upload/told_ends.hpp"

#include <cassert>
#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd {

namespace {

constexpr std::string_view begin_word = "begin", end_word = "end";
constexpr std::size_t most_told = 1000;  // bytes of a sentence

// What stands before the next blank; `rest` goes on behind it.
std::string_view next_word(std::string_view& rest) {
    const auto blank = rest.find(' ');
    const auto word = rest.substr(0, blank);
    rest.remove_prefix(blank == std::string_view::npos ? rest.size() : blank + 1);
    return word;
}

void read_line(std::string_view line, ToldEnds& told) {
    const auto what = next_word(line);
    const std::string leaf(next_word(line));
    if (what == begin_word) told.begun.insert(leaf);
    if (what != end_word) return;
    const auto exit_code = parse_int(next_word(line)), signal = parse_int(next_word(line));
    if (!exit_code || !signal) return;  // cut off
    told.ended[leaf] = {static_cast<int>(*exit_code), static_cast<int>(*signal), std::string(line)};
}

}  // namespace

std::string begin_line(const std::string& leaf) {
    assert(leaf.find(' ') == leaf.npos);
    return fmt::format("{} {}\n", begin_word, leaf);
}

std::string end_line(const std::string& leaf, const ToldEnd& end) {
    assert(leaf.find(' ') == leaf.npos);
    return fmt::format("{} {} {} {} {}\n", end_word, leaf, end.exit_code, end.signal,
                       one_line(end.sentence).substr(0, most_told));
}

ToldEnds read_told_ends(std::string_view output) {
    ToldEnds told;
    for (const auto& line : split(output, '\n')) read_line(line, told);
    return told;
}

}  // namespace buildd
