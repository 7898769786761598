// Starting a process that waits until it may go.
#pragma once

#include <sys/types.h>

#include "base/fd.hpp"
#include "crash/tracer.hpp"

namespace crash {

class HeldChild {
 public:
    // `filtered`: each call of calls.hpp stops for the tracer; without one it fails with ENOSYS,
    // also in the process's children. Throws std::runtime_error.
    HeldChild(const Launch& launch, bool filtered);

    pid_t pid() const { return pid_; }
    void release();

 private:
    pid_t pid_ = 0;
    buildd::Fd gate_;
};

}  // namespace crash
