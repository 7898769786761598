// Are the programs and folders that the settings name of use to this user on this machine?
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/settings.hpp"

namespace buildd::farm {

struct PlaceProblem {
    std::string key, sentence;
    bool stops_everything = false;
};

// What is missing of root, librarian_root and what lies in them is passed over.
std::vector<PlaceProblem> check_places(const Settings& settings);

// Would execvp(3) find `program` and be allowed to start it?
Result<void> find_program(const std::string& program);

}  // namespace buildd::farm
