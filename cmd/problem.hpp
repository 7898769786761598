// How the program ends when something was thrown.
#pragma once

#include <string>

#include "base/failure.hpp"

namespace buildd::cmd {

struct Problem {
    ExitStatus status;
    std::string sentence;
};

// Of what is being handled. Precondition: in a catch block. What is no std::exception, and
// Interrupted, is thrown on.
Problem current_problem();

}  // namespace buildd::cmd
