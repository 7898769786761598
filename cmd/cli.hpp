// The command line: CLI11 behind the commands' tables (its only user).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "command.hpp"

namespace buildd::cmd {

// What a command line asks for.
struct Invocation {
    const Command* command = nullptr;
    Arguments arguments;
    std::map<std::string, std::string> settings;  // given as options, by key
    std::optional<std::string> config_file;
    std::optional<std::string> log_file;
    Level level = Level::WARNING;
};

// nullopt: help or version was printed, the program is done. Throws Failure(usage).
// `commands` must outlive the answer.
std::optional<Invocation> parse_command_line(int argc, char** argv,
                                             const std::vector<Command>& commands);

}  // namespace buildd::cmd
