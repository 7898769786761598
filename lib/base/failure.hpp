// What ends a run early, and the status the program then exits with (buildd-master(1), "EXIT
// STATUS").
#pragma once

#include <stdexcept>
#include <string>

namespace buildd {

enum class ExitStatus {
    done = 0,
    needs_person = 1,
    usage = 64,
    bad_input = 65,
    unavailable = 69,
    internal = 70,
    busy = 75,
    bad_config = 78,
};

// Thrown to abandon the whole run, or an item where whoever works on items catches it; caught for
// good once, in main. `what()` is one sentence for a person, free of secrets. What was not
// committed is as if it had not been begun.
class Failure : public std::runtime_error {
 public:
    Failure(ExitStatus status, const std::string& sentence)
        : std::runtime_error(sentence), status_(status) {}
    ExitStatus status() const { return status_; }

 private:
    ExitStatus status_;
};

// A signal asked the program to stop; it exits with 128 + signal.
class Interrupted : public std::runtime_error {
 public:
    explicit Interrupted(int signal) : std::runtime_error("interrupted"), signal_(signal) {}
    int signal() const { return signal_; }

 private:
    int signal_;
};

}  // namespace buildd
