#include "chart.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "markup.hpp"

namespace buildd::cmd {

namespace {

constexpr double height = 100;     // of the view; a bar is 1 wide
constexpr double bar_width = 0.9;  // a gap between neighbours

// Where zero is, and how high one is.
struct Scale {
    double zero = 0, unit = 0;
};

Scale scale_of(const std::vector<Bar>& bars) {
    std::int64_t up = 0, down = 0;
    for (const auto& bar : bars) {
        up = std::max(up, bar.up.value_or(0));
        down = std::max(down, bar.down.value_or(0));
    }
    const double unit = height / static_cast<double>(std::max<std::int64_t>(1, up + down));
    return {up + down == 0 ? height : unit * static_cast<double>(up), unit};
}

std::string path(const std::string& name, const std::string& drawn) {
    return drawn.empty() ? "" : fmt::format("<path class=\"{}\" d=\"{}\"/>", name, drawn);
}

std::string box(std::size_t position, double zero, double rise) {
    return fmt::format("M{} {:.2f}v{:.2f}h{}v{:.2f}z", position, zero, -rise, bar_width, rise);
}

std::string drawing(const Chart& chart) {
    const Scale scale = scale_of(chart.bars);
    std::string up, down, axis;
    for (std::size_t i = 0; i < chart.bars.size(); ++i) {
        const Bar& bar = chart.bars[i];
        if (bar.up || bar.down) axis += fmt::format("M{} {:.2f}h1", i, scale.zero);
        const auto rise = [&](const std::optional<std::int64_t>& number) {
            return scale.unit * static_cast<double>(number.value_or(0));
        };
        if (bar.up.value_or(0) > 0) up += box(i, scale.zero, rise(bar.up));
        if (bar.down.value_or(0) > 0) down += box(i, scale.zero, -rise(bar.down));
    }
    return path(class_of(chart.up), up) + path(class_of(chart.down), down) + path("axis", axis);
}

}  // namespace

std::string chart_figure(const Chart& chart) {
    const std::string caption = escaped(chart.caption);
    std::string html = fmt::format(
        "<figure><figcaption>{0}</figcaption>\n<svg role=\"img\" aria-label=\"{0}\" "
        "viewBox=\"0 -1 {1} {2}\" preserveAspectRatio=\"none\">{3}</svg>\n<ol>",
        caption, chart.bars.size(), height + 2, drawing(chart));
    for (const auto& day : chart.days) html += "<li>" + escaped(day) + "</li>";
    return html + "</ol></figure>\n";
}

}  // namespace buildd::cmd
