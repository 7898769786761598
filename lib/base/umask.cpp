#include "base/umask.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <sys/stat.h>

namespace buildd {

namespace {

constexpr const char* variable = "BUILDD_MASTER_CALLERS_UMASK";
constexpr mode_t all_read = 022;
mode_t callers = all_read;

}  // namespace

// A process that another of ours has started has that one's umask.
void set_umask() {
    callers = ::umask(all_read);
    if (const char* told = std::getenv(variable))
        callers = static_cast<mode_t>(std::strtoul(told, nullptr, 8)) & 0777;
    ::setenv(variable, fmt::format("{:o}", callers).c_str(), 1);
}

mode_t callers_umask() {
    return callers;
}

}  // namespace buildd
