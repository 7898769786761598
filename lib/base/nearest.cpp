#include "base/nearest.hpp"

#include <algorithm>
#include <numeric>

namespace buildd {

namespace {

// Levenshtein's distance, row by row.
std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (const char letter : a) {
        std::size_t diagonal = row[0]++;
        for (std::size_t i = 1; i <= b.size(); ++i) {
            const std::size_t changed = diagonal + (letter == b[i - 1] ? 0 : 1);
            diagonal = row[i];
            row[i] = std::min({changed, row[i] + 1, row[i - 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
    std::optional<std::string> best;
    std::size_t fewest = 0;
    for (const auto& one : known) {
        const std::size_t most = one.size() / 3;
        if (word.size() > one.size() + most) continue;  // that many have to go at least
        const std::size_t needed = edits(word, one);
        if (needed > most || (best && needed >= fewest)) continue;
        best = one;
        fewest = needed;
    }
    return best;
}

}  // namespace buildd
