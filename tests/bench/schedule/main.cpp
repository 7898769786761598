// What the rules of scheduling do to a farm, in virtual time: README.md.
#include <cstring>
#include <fmt/format.h>

#include "figures.hpp"

using namespace schedule;

namespace {

std::string number(double value) {
    return value < 10 ? fmt::format("{:.2f}", value) : fmt::format("{:.0f}", value);
}

bool print(const Compared& compared) {
    bool all = true;
    for (std::size_t i = 0; i < compared.front().size(); ++i) {
        const Figure& one = compared.front()[i];
        fmt::print("| {} |", one.what + (one.unit.empty() ? "" : ", " + one.unit));
        for (const auto& figures : compared) fmt::print(" {} |", number(figures[i].value));
        const bool told_only = one.goal >= no_goal, met = told_only || one.met();
        if (told_only)
            fmt::print(" | |\n");
        else
            fmt::print(" {} {} | {} |\n", one.at_least ? "≥" : "≤", one.goal, met ? "yes" : "no");
        all = all && met;
    }
    return all;
}

}  // namespace

int main(int count, char** arguments) {
    const bool quick = count > 1 && std::strcmp(arguments[1], "--quick") == 0;
    fmt::print(
        "| what, the worst of the seeds | here | version before | Hydra's shares | OBS's decay | "
        "copr's n-th | goal | met |\n|---|---|---|---|---|---|---|---|\n");
    bool all = print(flood(quick ? 1 : 5));
    all = print(small_farms(quick ? 1 : 5)) && all;
    all = print(lowest_class(quick ? 1 : 3)) && all;
    all = print(rebuild(quick ? 1 : 2)) && all;
    return all ? 0 : 1;
}
