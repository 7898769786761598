// A chart of some days as inline SVG: a bar up and a bar down from one line, so that the two are
// told apart without colours. Its words stand in HTML around it, where phones can read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record.hpp"

namespace buildd::cmd {

struct Bar {
    std::optional<std::int64_t> up, down;  // not negative; nullopt: not known, a gap
};

struct Chart {
    std::string caption;  // says what is up and what is down
    Tone up = Tone::good, down = Tone::bad;
    std::vector<std::string> days;  // as many bars each
    std::vector<Bar> bars;
};

// A <figure>; gaps show as gaps of the line.
std::string chart_figure(const Chart& chart);

}  // namespace buildd::cmd
