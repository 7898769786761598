#include "upload/syscall_filter.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <vector>

namespace buildd {

namespace {

#if defined(__x86_64__)
constexpr unsigned machine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned machine = AUDIT_ARCH_AARCH64;
#else
constexpr unsigned machine = 0;
#endif

constexpr unsigned allowed[] = {
    SYS_read,        SYS_pread64,         SYS_readv,        SYS_write,         SYS_close,
    SYS_lseek,       SYS_fstat,           SYS_newfstatat,
#ifdef SYS_stat
    SYS_stat,        SYS_lstat,
#endif
    SYS_mmap,        SYS_munmap,          SYS_mremap,       SYS_mprotect,      SYS_madvise,
    SYS_brk,         SYS_futex,           SYS_rt_sigreturn, SYS_rt_sigaction,  SYS_rt_sigprocmask,
    SYS_sigaltstack, SYS_restart_syscall, SYS_getrandom,    SYS_clock_gettime, SYS_getpid,
    SYS_gettid,      SYS_sched_yield,     SYS_exit,         SYS_exit_group};

constexpr unsigned writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;

sock_filter load(std::size_t offset) {
    return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset));
}

sock_filter answer(unsigned what) {
    return BPF_STMT(BPF_RET | BPF_K, what);
}

constexpr unsigned refuse = SECCOMP_RET_ERRNO | EPERM;

// openat() is looked at closer: its flags are the third argument, their low half comes first on
// the little-endian machines above.
std::vector<sock_filter> make_filter() {
    std::vector<sock_filter> filter{
        load(offsetof(seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, machine, 1, 0),
        answer(refuse),
        load(offsetof(seccomp_data, nr)),
    };
    for (const unsigned number : allowed) {
        filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
        filter.push_back(answer(SECCOMP_RET_ALLOW));
    }
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 1, 0));
    filter.push_back(answer(refuse));
    filter.push_back(load(offsetof(seccomp_data, args) + 2 * sizeof(std::uint64_t)));
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, writing, 1, 0));
    filter.push_back(answer(SECCOMP_RET_ALLOW));
    filter.push_back(answer(refuse));
    return filter;
}

}  // namespace

bool filter_system_calls() {
    if (machine == 0) return false;
    std::vector<sock_filter> filter = make_filter();
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

}  // namespace buildd
