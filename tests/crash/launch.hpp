// Starting a process that waits until it may go.
#pragma once

#include <sys/types.h>

#include "base/fd.hpp"
#include "crash/tracer.hpp"

namespace crash {

// Which calls of calls.hpp stop for the tracer.
enum class Stops { none, visible, all };

class HeldChild {
 public:
    // A call that stops for the tracer fails with ENOSYS without one, also in the process's
    // children. Throws std::runtime_error.
    HeldChild(const Launch& launch, Stops stops);

    pid_t pid() const { return pid_; }
    void release();

 private:
    pid_t pid_ = 0;
    buildd::Fd gate_;
};

}  // namespace crash
