// crash_matrix's command line.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "crash/point.hpp"

namespace crash {

struct Options {
    std::vector<const Play*> plays;  // all, if none is named
    Strike strike{Strike::Kind::kill};
    long point = 0;   // this one only
    long sample = 0;  // about so many of each play; 0: all
    unsigned seed = 1;
    int workers = 2;
    std::string program = PROGRAM;
    bool trace = false;       // print the calls of an unharmed run
    bool durability = false;  // check the order of the calls of an unharmed run
    bool verbose = false;     // print what the programs said where something is violated
    bool help = false;
};

buildd::Result<Options> read_options(const std::vector<std::string>& words);

extern const char* const usage;

}  // namespace crash
