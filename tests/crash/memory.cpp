#include "crash/memory.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace crash {

namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t max_path = 4096;

}  // namespace

// Page by page: a read that crosses into unmapped memory would fail as a whole.
std::string read_bytes(pid_t thread, std::uint64_t address, std::size_t length) {
    std::string bytes;
    while (bytes.size() < length) {
        const std::uint64_t at = address + bytes.size();
        const std::size_t wanted = std::min(length - bytes.size(), page - at % page);
        std::string piece(wanted, '\0');
        const iovec here{piece.data(), wanted};
        const iovec there{reinterpret_cast<void*>(at), wanted};
        if (::process_vm_readv(thread, &here, 1, &there, 1, 0) != static_cast<ssize_t>(wanted))
            break;
        bytes += piece;
    }
    return bytes;
}

std::string read_text(pid_t thread, std::uint64_t address) {
    const std::string bytes = read_bytes(thread, address, max_path);
    return bytes.substr(0, bytes.find('\0'));
}

std::string read_path(pid_t thread, int folder, std::uint64_t address) {
    std::string path = read_text(thread, address);
    if (path.starts_with('/') || folder == AT_FDCWD) return path;
    const std::string base = descriptor(thread, folder);
    return path.empty() ? base : base + "/" + path;
}

std::string read_vector(pid_t thread, std::uint64_t address, std::size_t count, std::size_t limit) {
    std::string bytes;
    for (std::size_t i = 0; i < count && bytes.size() < limit; ++i) {
        const auto piece = read_value<iovec>(thread, address + i * sizeof(iovec));
        bytes += read_bytes(thread, reinterpret_cast<std::uint64_t>(piece.iov_base),
                            std::min(piece.iov_len, limit - bytes.size()));
    }
    return bytes;
}

std::string read_message(pid_t thread, std::uint64_t address, std::size_t limit) {
    const auto message = read_value<msghdr>(thread, address);
    return read_vector(thread, reinterpret_cast<std::uint64_t>(message.msg_iov), message.msg_iovlen,
                       limit);
}

std::string read_address(pid_t thread, std::uint64_t address, std::size_t length) {
    sockaddr_storage storage{};
    const std::string bytes = read_bytes(thread, address, std::min(length, sizeof storage));
    std::memcpy(&storage, bytes.data(), bytes.size());
    if (storage.ss_family == AF_INET)
        return fmt::format("tcp:{}", ntohs(reinterpret_cast<sockaddr_in&>(storage).sin_port));
    if (storage.ss_family == AF_UNIX)
        return fmt::format("unix:{}", reinterpret_cast<sockaddr_un&>(storage).sun_path);
    return "";
}

std::string descriptor(pid_t thread, int fd) {
    std::array<char, max_path> target{};
    const std::string link = fmt::format("/proc/{}/fd/{}", thread, fd);
    const ssize_t length = ::readlink(link.c_str(), target.data(), target.size());
    return length < 0 ? "" : std::string(target.data(), static_cast<std::size_t>(length));
}

}  // namespace crash
