#include "outages/cutting_proxy.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

namespace buildd::test {

namespace {

sockaddr_un address_in(const std::string& folder) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder + "/.s.PGSQL.5432";
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    return address;
}

const sockaddr* plain(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

bool send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool readable(int fd) {
    pollfd poll_fd{fd, POLLIN, 0};
    return ::poll(&poll_fd, 1, 50) > 0;
}

// The first message of `bytes`, its type if it has one, complete or "".
std::string message_of(const std::string& bytes, bool typed) {
    const std::size_t head = typed ? 5 : 4;
    if (bytes.size() < head) return "";
    std::uint32_t length = 0;
    std::memcpy(&length, bytes.data() + head - 4, 4);
    const std::size_t whole = ntohl(length) + (typed ? 1U : 0U);
    return bytes.size() < whole ? "" : bytes.substr(0, whole);
}

}  // namespace

CuttingProxy::CuttingProxy(std::string server, const Order& order)
    : server_(std::move(server)), order_(order) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = address_in(folder_.path());
    if (::bind(listener_, plain(address), sizeof address) != 0 || ::listen(listener_, 16) != 0)
        throw std::runtime_error("the proxy cannot listen");
    thread_ = std::jthread([this] { serve(); });
}

CuttingProxy::~CuttingProxy() {
    ended_ = true;
    thread_ = {};
    ::close(listener_);
}

void CuttingProxy::serve() {
    std::vector<std::jthread> relays;
    while (!ended_) {
        if (!readable(listener_)) continue;
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client >= 0) relays.emplace_back([this, client] { relay(client); });
    }
}

void CuttingProxy::relay(int client) {
    const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = address_in(server_);
    std::string unread;
    bool started = false;
    bool alive = !dead_ && ::connect(server, plain(address), sizeof address) == 0;
    while (alive && !dead_ && !ended_) {
        std::array<pollfd, 2> fds{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
        if (::poll(fds.data(), fds.size(), 50) <= 0) continue;
        if (fds[0].revents != 0) alive = pass_on(client, server, unread, started);
        if (!alive || fds[1].revents == 0) continue;
        std::array<char, 65536> piece{};
        const ssize_t got = ::recv(server, piece.data(), piece.size(), 0);
        alive = got > 0 && send_all(client, {piece.data(), static_cast<std::size_t>(got)});
    }
    ::close(server);
    ::close(client);
}

// What the client sends; false when the connection is over.
bool CuttingProxy::pass_on(int client, int server, std::string& unread, bool& started) {
    std::array<char, 65536> piece{};
    const ssize_t got = ::recv(client, piece.data(), piece.size(), 0);
    if (got <= 0) return false;
    unread.append(piece.data(), static_cast<std::size_t>(got));
    for (auto message = message_of(unread, started); !message.empty();
         message = message_of(unread, started)) {
        unread.erase(0, message.size());
        const bool last = started && is_last(message);
        started = true;
        const bool sent = !(last && order_.cut == Cut::before) && send_all(server, message);
        if (last && sent) await_reply(server);
        if (last) cut();
        if (last || !sent) return false;
    }
    return true;
}

// A simple query, or the Sync that ends one with parameters, is a statement.
bool CuttingProxy::is_last(const std::string& message) {
    if (message[0] != 'Q' && message[0] != 'S') return false;
    const int number = ++statements_;
    if (message.find("COMMIT") == 5) last_commit_ = number;
    return number == order_.number;
}

void CuttingProxy::cut() {
    cut_ = true;
    if (order_.which == Which::all) dead_ = true;
}

// Until the server says ReadyForQuery: the statement is done.
bool CuttingProxy::await_reply(int server) {
    std::string unread;
    for (;;) {
        std::array<char, 65536> piece{};
        const ssize_t got = ::recv(server, piece.data(), piece.size(), 0);
        if (got <= 0) return false;
        unread.append(piece.data(), static_cast<std::size_t>(got));
        for (auto message = message_of(unread, true); !message.empty();
             message = message_of(unread, true)) {
            if (message[0] == 'Z') return true;
            unread.erase(0, message.size());
        }
    }
}

}  // namespace buildd::test
