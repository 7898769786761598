#include "html.hpp"

#include <fmt/format.h>

#include "markup.hpp"

namespace buildd::cmd {

namespace {

// Colours have a contrast of at least 4.5 to their ground, light and dark (WCAG 2, 1.4.3).
constexpr const char* head = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="60">
<title>{0}</title>
<style>
:root {{ color-scheme: light dark; --good: #0b6b24; --waiting: #7a5200; --bad: #b3141d }}
@media (prefers-color-scheme: dark) {{
:root {{ --good: #6fd68a; --waiting: #e0b040; --bad: #ff8a85 }}
}}
body {{ font: 1rem/1.4 system-ui, sans-serif; margin: 1rem auto; max-width: 70rem; padding: 0 1rem }}
h1 {{ font-size: 1.4rem }}
div {{ margin: 0 0 1.5rem; overflow-x: auto }}
table {{ border-collapse: collapse }}
th, td {{ border-bottom: 1px solid #8886; padding: .2rem 1.2rem .2rem 0; text-align: left; vertical-align: top; white-space: nowrap }}
th {{ font-weight: 600 }}
.number {{ font-variant-numeric: tabular-nums; text-align: right }}
.long {{ overflow-wrap: anywhere; white-space: normal }}
.good {{ color: var(--good) }}
.waiting {{ color: var(--waiting) }}
.bad {{ color: var(--bad) }}
p {{ margin: .4rem 0 }}
p + div {{ margin-top: 1.2rem }}
figure {{ margin: 0 0 1.5rem; max-width: 44rem }}
svg {{ display: block; height: 7rem; width: 100% }}
path {{ fill: currentColor }}
.axis {{ fill: none; stroke: currentColor; vector-effect: non-scaling-stroke }}
ol {{ display: flex; list-style: none; margin: 0; padding: 0 }}
li {{ border-left: 1px solid #8886; flex: 1; font-size: .8rem; padding-left: .2rem }}
@media (max-width: 40rem) {{
th, td {{ padding-right: .35rem; white-space: normal }}
table {{ font-size: .8rem }}
table:has(.long) tr {{ border-bottom: 1px solid #8886; display: block; padding: .2rem 0 }}
table:has(.long) tr > * {{ border: 0; display: inline }}
}}
</style>
</head>
<body>
<h1>{0}</h1>
)";

constexpr std::size_t long_text = 30;  // bytes; it is wrapped where others are not

// " class=…" or nothing.
std::string classes(const Field& field, bool heading) {
    std::vector<std::string> names;
    if (!heading && field.tone != Tone::plain) names.emplace_back(class_of(field.tone));
    if (std::holds_alternative<std::int64_t>(field.value) && !field.shown)
        names.emplace_back("number");
    if (!heading && text_of(field).size() > long_text) names.emplace_back("long");
    return names.empty() ? "" : fmt::format(" class=\"{}\"", fmt::join(names, " "));
}

std::string html_row(const Record& record, bool headings) {
    std::string cells;
    for (const auto& field : record) {
        if (field.heading.empty()) continue;
        const bool first = cells.empty();
        const std::string scope = headings ? " scope=\"col\"" : first ? " scope=\"row\"" : "";
        cells += fmt::format("<{0}{1}{2}>{3}</{0}>", headings || first ? "th" : "td", scope,
                             classes(field, headings),
                             escaped(headings ? field.heading : text_of(field)));
    }
    return "<tr>" + cells + "</tr>\n";
}

std::string html_table(const Table& table) {
    std::string html =
        "<div><table>\n<thead>\n" + html_row(table.columns, true) + "</thead>\n<tbody>\n";
    for (const auto& row : table.rows) html += html_row(row, false);
    return html + "</tbody>\n</table></div>\n";
}

}  // namespace

std::string html_page(const HtmlPage& page) {
    std::string html = fmt::format(head, escaped(page.title));
    for (const auto& line : page.lines) html += "<p>" + escaped(line) + "</p>\n";
    for (const auto& table : page.tables)
        if (!table.rows.empty()) html += html_table(table);
    for (const auto& chart : page.charts) html += chart_figure(chart);
    return html + fmt::format(
                      "<p>Made at <time datetime=\"{0}\">{0}</time>; this page renews itself "
                      "every minute.</p>\n</body>\n</html>\n",
                      page.made);
}

}  // namespace buildd::cmd
