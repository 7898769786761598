// What the rules of scheduling do to a farm, in virtual time: README.md.
#include <cstring>
#include <fmt/format.h>

#include "figures.hpp"

using namespace schedule;

namespace {

std::string number(double value) {
    return value < 10 ? fmt::format("{:.2f}", value) : fmt::format("{:.0f}", value);
}

bool print(const Figures& figures) {
    bool all = true;
    for (const auto& one : figures) {
        const bool told_only = one.goal >= no_goal;
        fmt::print("| {} | {} | {} | {} | {} | {} |\n",
                   one.what + (one.unit.empty() ? "" : ", " + one.unit), number(one.present),
                   number(one.former), number(one.hydra),
                   told_only ? "" : (one.at_least ? "≥ " : "≤ ") + fmt::format("{}", one.goal),
                   told_only   ? ""
                   : one.met() ? "yes"
                               : "no");
        all = all && (told_only || one.met());
    }
    return all;
}

}  // namespace

int main(int count, char** arguments) {
    const bool quick = count > 1 && std::strcmp(arguments[1], "--quick") == 0;
    fmt::print(
        "| what, the worst of the seeds | here | version before | Hydra's shares | goal | met |\n"
        "|---|---|---|---|---|---|\n");
    bool all = print(flood(quick ? 1 : 5));
    all = print(small_farms(quick ? 1 : 5)) && all;
    all = print(lowest_class(quick ? 1 : 3)) && all;
    all = print(rebuild(quick ? 1 : 2)) && all;
    return all ? 0 : 1;
}
