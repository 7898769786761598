// SIGTERM and SIGINT as something to wait for (buildd-master(1), "EXIT STATUS").
#pragma once

#include <optional>

#include "base/fd.hpp"

namespace buildd {

// While it lives the two signals are not delivered but make fd() readable. To be made before any
// thread is, which inherits that, and once: a process has one at most.
class StopSignals {
 public:
    StopSignals();  // throws Failure(unavailable) when there is no descriptor left
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    int fd() const { return fd_.get(); }
    // The signal that came; it stays readable for others who wait.
    std::optional<int> pending() const;

 private:
    Fd fd_;
};

}  // namespace buildd
