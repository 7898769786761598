#include "crash/options.hpp"

#include <array>
#include <fmt/format.h>

#include "base/text.hpp"

namespace crash {

using buildd::Error;
using buildd::Result;

const char* const usage =
    "usage: crash_matrix [OPTION…]\n"
    "Strikes the program at its system calls and checks that the farm gets whole again.\n"
    "  --command NAME[,NAME…]  scan, collect, dispatch, cycle, cut, work,\n"
    "                          queue-build, process-upload, uploader (all)\n"
    "  --strike KIND           kill, kill-all, term, fail (kill)\n"
    "  --error NAME            of fail: EIO, ENOSPC, EMFILE, ENOMEM, EINTR, ECONNRESET (in turn)\n"
    "  --point N               only the N-th call\n"
    "  --sample M              about M points of each command, evenly spread (all)\n"
    "  --seed S                where the sample begins, and which errors come first (1)\n"
    "  --workers W             at once (2)\n"
    "  --program FILE          what to strike (the buildd-master of this build)\n"
    "  --trace                 print the calls of an unharmed run, numbered\n"
    "  --verbose               print what the programs said where something is violated\n"
    "  --durability            check the order of the calls of an unharmed run\n";

namespace {

Result<void> set_plays(Options& options, const std::string& value) {
    for (const auto& name : buildd::split(value, ',')) {
        const Play* play = find_play(name);
        if (play == nullptr) return Error{fmt::format("there is no command '{}'", name)};
        options.plays.push_back(play);
    }
    return {};
}

Result<void> set_strike(Options& options, const std::string& value) {
    using Kind = Strike::Kind;
    static constexpr std::array<std::pair<std::string_view, Kind>, 4> kinds{
        {{"kill", Kind::kill},
         {"kill-all", Kind::kill_all},
         {"term", Kind::term},
         {"fail", Kind::fail}}};
    for (const auto& [name, kind] : kinds) {
        if (name != value) continue;
        options.strike.kind = kind;
        return {};
    }
    return Error{fmt::format("there is no strike '{}'", value)};
}

Result<void> set_error(Options& options, const std::string& value) {
    options.strike.error = error_number(value);
    if (options.strike.error == 0) return Error{fmt::format("there is no error '{}'", value)};
    return {};
}

Result<void> set_number(Options& options, const std::string& name, const std::string& value) {
    const auto number = buildd::parse_int(value);
    if (!number || *number < 1) return Error{fmt::format("{} needs a number above 0", name)};
    if (name == "--point") options.point = *number;
    if (name == "--sample") options.sample = *number;
    if (name == "--seed") options.seed = static_cast<unsigned>(*number);
    if (name == "--workers") options.workers = static_cast<int>(*number);
    return {};
}

Result<void> set(Options& options, const std::string& name, const std::string& value) {
    if (name == "--command") return set_plays(options, value);
    if (name == "--strike") return set_strike(options, value);
    if (name == "--error") return set_error(options, value);
    if (name == "--program") {
        options.program = value;
        return {};
    }
    for (const char* known : {"--point", "--sample", "--seed", "--workers"})
        if (name == known) return set_number(options, name, value);
    return Error{fmt::format("there is no option {}", name)};
}

}  // namespace

Result<Options> read_options(const std::vector<std::string>& words) {
    Options options;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const std::string& word = words[at];
        if (word == "--trace") {
            options.trace = true;
        } else if (word == "--durability") {
            options.durability = true;
        } else if (word == "--verbose") {
            options.verbose = true;
        } else if (word == "--help") {
            options.help = true;
        } else {
            if (at + 1 == words.size()) return Error{fmt::format("{} needs a value", word)};
            if (auto done = set(options, word, words[++at]); !done) return done.error();
        }
    }
    if (options.plays.empty())
        for (const auto& play : plays()) options.plays.push_back(&play);
    options.strike.pick = options.seed;
    return options;
}

}  // namespace crash
