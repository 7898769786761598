// What process-upload tells of several leaves on its output: a line when it begins one, and a line
// when it has ended it. Whoever has started it settles by them, though it may die at the next.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace buildd {

// How it would have ended, had it been given this leaf alone.
struct ToldEnd {
    int exit_code = 0;
    int signal = 0;        // that ended the leaf's reader; else 0
    std::string sentence;  // why it was not examined; else empty
};

struct ToldEnds {
    std::set<std::string> begun;
    std::map<std::string, ToldEnd> ended;
};

// Each with its line feed. Precondition: no blank in the leaf's name.
std::string begin_line(const std::string& leaf);
std::string end_line(const std::string& leaf, const ToldEnd& end);

// Other lines are passed over.
ToldEnds read_told_ends(std::string_view output);

}  // namespace buildd
