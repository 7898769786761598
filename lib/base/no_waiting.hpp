// A stretch of a thread's work in which it may wait for nothing but the database and files.
#pragma once

namespace buildd {

// While one lives, this thread must not wait for builders, children or other machines: it holds
// what others wait for. Who waits for such asserts that none is in force. Lives on the stack.
class NoWaiting {
 public:
    NoWaiting() { ++living(); }
    ~NoWaiting() { --living(); }
    NoWaiting(const NoWaiting&) = delete;
    NoWaiting& operator=(const NoWaiting&) = delete;

    static bool in_force() { return living() > 0; }

 private:
    static int& living() {
        thread_local int count = 0;
        return count;
    }
};

}  // namespace buildd
