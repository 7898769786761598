// The program as a child whose peak memory is of interest.
#pragma once

#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace buildd::test {

struct MeasuredRun {
    int status = 0;     // exit status; 128 + signal
    std::string log;    // stdout and stderr
    long peak_kib = 0;  // resident, without children
    double seconds = 0;
};

// Runs it in `folder`, which is its HOME and TMPDIR too; its output goes through a file beside it.
MeasuredRun run_measured(const std::vector<std::string>& arguments,
                         const std::map<std::string, std::string>& environment,
                         const std::string& folder);

// Starts it with its output in `log_file`; the caller waits.
pid_t start_program(const std::vector<std::string>& arguments,
                    const std::map<std::string, std::string>& environment,
                    const std::string& log_file, const std::string& folder = "/");
int status_of(int wait_status);  // exit status; 128 + signal

}  // namespace buildd::test
