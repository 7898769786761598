// Looking into a stopped process.
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <sys/uio.h>

namespace crash {

// Fewer bytes than `length` where the memory ends.
std::string read_bytes(pid_t thread, std::uint64_t address, std::size_t length);
std::string read_text(pid_t thread, std::uint64_t address);  // up to the NUL
std::string read_path(pid_t thread, int folder, std::uint64_t address);
std::string read_vector(pid_t thread, std::uint64_t address, std::size_t count, std::size_t limit);
std::string read_message(pid_t thread, std::uint64_t address, std::size_t limit);
// "unix:PATH", "tcp:PORT" or "".
std::string read_address(pid_t thread, std::uint64_t address, std::size_t length);
// The path of an open file, "socket:[1234]", "pipe:[…]", "anon_inode:…".
std::string descriptor(pid_t thread, int fd);

template <class T>
T read_value(pid_t thread, std::uint64_t address) {
    T value{};
    const iovec here{&value, sizeof value};
    const iovec there{reinterpret_cast<void*>(address), sizeof value};
    if (::process_vm_readv(thread, &here, 1, &there, 1, 0) != static_cast<ssize_t>(sizeof value))
        return T{};
    return value;
}

}  // namespace crash
