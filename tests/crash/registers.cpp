#include "crash/registers.hpp"

#include <algorithm>
#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

namespace crash {

long read_call(pid_t thread, std::array<std::uint64_t, 6>& arguments) {
    __ptrace_syscall_info info{};
    constexpr auto get = PTRACE_GET_SYSCALL_INFO;
    if (::ptrace(get, thread, sizeof info, &info) <= 0) return -1;
    std::copy_n(info.seccomp.args, arguments.size(), arguments.begin());
    return static_cast<long>(info.seccomp.nr);
}

// A call number of -1 makes the kernel skip the call and answer what stands in the register.
void fail_call(pid_t thread, int error) {
#if defined(__x86_64__)
    user_regs_struct registers{};
    ::ptrace(PTRACE_GETREGS, thread, 0, &registers);
    registers.orig_rax = ~0ULL;
    registers.rax = static_cast<unsigned long long>(-static_cast<long long>(error));
    ::ptrace(PTRACE_SETREGS, thread, 0, &registers);
#elif defined(__aarch64__)
    constexpr int system_call = 0x404;  // NT_ARM_SYSTEM_CALL
    int none = -1;
    iovec number{&none, sizeof none};
    ::ptrace(PTRACE_SETREGSET, thread, system_call, &number);
    user_regs_struct registers{};
    iovec all{&registers, sizeof registers};
    ::ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &all);
    registers.regs[0] = static_cast<unsigned long long>(-static_cast<long long>(error));
    ::ptrace(PTRACE_SETREGSET, thread, NT_PRSTATUS, &all);
#else
#error "say here how a system call is made to fail"
#endif
}

}  // namespace crash
