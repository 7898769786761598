// The system calls at which the matrix strikes.
//
// Others see a program only through some of its system calls: what it writes, sends, locks,
// creates, renames, removes, starts. Between two such calls nothing changes for anybody else, so
// that dying before the later one stands for dying anywhere between the two. Calls that only
// concern the process itself (memory, clocks, waiting, its own pipes) are therefore no points of
// the kill matrix. Faults are injected into more of them: reading and opening may fail too.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace crash {

enum class Part {
    none,
    path,        // argument 0 is a path
    path_at,     // argument 1 is a path
    two_paths,   // 0 and 1
    two_at,      // 1 and 3
    fd,          // argument 0 is a file descriptor
    fd_data,     // … and argument 1 points to bytes
    fd_vector,   // … and argument 1 to an iovec
    fd_message,  // … and argument 1 to a msghdr
    fd_address,  // … and argument 1 to a sockaddr
};

struct CallKind {
    long number;
    std::string_view name;
    Part part;
    bool visible;             // to others: a point of the kill matrix
    std::vector<int> errors;  // with which it may fail
};

const std::vector<CallKind>& call_kinds();
const CallKind* find_call(long number);

// "EIO" …; 0 when it is none that is injected.
int error_number(std::string_view name);
std::string error_name(int number);

// One call at its entry.
struct Call {
    pid_t thread = 0;
    const CallKind* kind = nullptr;
    std::array<std::uint64_t, 6> arguments{};
};

// With which this very call may fail: reading a pipe cannot break as reading a disk can.
std::vector<int> errors_of(const Call& call);

// A call as far as messages and the rules of durability need it.
struct CallText {
    std::string name;
    std::string target;  // path, or what the descriptor stands for
    std::string second;  // the new path of a rename or link
    std::string data;    // the first bytes written or sent
    std::string text() const;
};

CallText describe(const Call& call);

// Whether others see this very call: a write to our own pipe is none, nor is opening to read.
bool seen_by_others(const Call& call);

}  // namespace crash
