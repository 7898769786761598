// Running a reader of hostile files where it can do no harm.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.hpp"

namespace buildd {

struct ApartLimits {
    std::uint64_t memory = 512U << 20;  // bytes beyond what the program has
    unsigned cpu_seconds = 60;
    std::size_t output = 32U << 20;  // bytes of the answer
};

// Why there is no answer.
struct ApartError {
    enum class Kind {
        too_much,  // it was given all that it may use
        died,      // by a signal of its own, see `signal`
        ours,      // no process or no memory is to be had, or somebody has killed it
    };
    Kind kind = Kind::ours;
    std::string message;
    int signal = 0;
};

// What `work` answers, in a child: it may open files for reading, and nothing else of the world is
// in its reach (seccomp where the machine has it, resource limits everywhere). Waits for it.
// `work` may throw; std::bad_alloc is its own fault unless the machine has no memory.
Result<std::string, ApartError> run_apart(const std::function<std::string()>& work,
                                          const ApartLimits& limits = {});

// Are so many bytes to be had by this process?
bool has_memory(std::uint64_t bytes);

}  // namespace buildd
