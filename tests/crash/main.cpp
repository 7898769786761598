// The crash matrix: see README.md.
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <unistd.h>

#include "crash/durability.hpp"
#include "crash/matrix.hpp"

namespace {

int trace(const crash::Options& options) {
    crash::Theatre theatre(fmt::format("crash_{}", ::getpid()), options.program);
    for (const auto* play : options.plays) {
        long number = 0;
        crash::Strike none = options.strike;
        none.whom = play->whom;
        none.point = 0;
        const auto end = theatre.run(*play, none, [&](const crash::CallText& call) {
            fmt::print("{} {} {}\n", play->name, ++number, call.text());
        });
        for (const auto& violation : end.violations) fmt::print("  {}\n", violation);
    }
    return 0;
}

int run(const std::vector<std::string>& words) {
    const auto options = crash::read_options(words);
    if (!options) {
        fmt::print(stderr, "crash_matrix: {}\n", options.error().message);
        return 64;
    }
    if (options->help) {
        std::fputs(crash::usage, stdout);
        return 0;
    }
    if (options->trace) return trace(*options);
    if (options->durability) return crash::check_durability(*options) == 0 ? 0 : 1;
    return crash::run_matrix(*options) == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        fmt::print(stderr, "crash_matrix: {}\n", error.what());
        return 70;
    }
}
