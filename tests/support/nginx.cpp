#include "support/nginx.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/fd.hpp"
#include "base/text.hpp"

namespace buildd::test {

namespace {

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int free_port() {
    const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    auto address = loopback(0);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket.get(), generic, length) != 0 ||
        ::getsockname(socket.get(), generic, &length) != 0)
        throw std::runtime_error("no port is free");
    return ntohs(address.sin_port);
}

std::string example(const TestFarm& farm, int port, const std::string& folder) {
    std::string text = read(FIXTURES "/../cmd/install/nginx.conf");
    text = replace_all(text, "listen 80;", fmt::format("listen 127.0.0.1:{};", port));
    text = replace_all(text, "listen [::]:80;", "");
    // Beside what the example logs of restricted files, whole requests, which tests look at.
    text =
        replace_all(text, "access_log /var/log/nginx/access.log librarian;",
                    fmt::format("access_log {0}/own librarian; access_log {0}/requests;", folder));
    return replace_all(text, "/var/lib/buildd-master", farm.root());
}

// All that would lie in folders of the system.
std::string around(const std::string& folder, const std::string& server) {
    std::string temporary;
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        temporary += fmt::format("{}_temp_path {}/{};\n", kind, folder, kind);
    return fmt::format(
        "{}daemon off;\npid {}/pid;\nerror_log {}/errors;\nevents {{ }}\nhttp {{\n"
        "access_log {}/requests;\n{}{}\n}}\n",
        ::geteuid() == 0 ? "user root;\n" : "", folder, folder, folder, temporary, server);
}

}  // namespace

Nginx::Nginx(const TestFarm& farm) : port_(free_port()) {
    folder_.write("conf", around(folder_.path(), example(farm, port_, folder_.path())));
    start();
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!listens()) {
        if (::waitpid(process_, nullptr, WNOHANG) == process_)
            throw std::runtime_error("nginx did not start: " + read(folder_.path() + "/errors"));
        if (std::chrono::steady_clock::now() > give_up)
            throw std::runtime_error("nginx does not listen");
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

Nginx::~Nginx() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
}

void Nginx::start() {
    const std::string conf = folder_.path() + "/conf", errors = folder_.path() + "/errors";
    folder_.write("errors", "");
    process_ = ::fork();
    if (process_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    const char* path = std::getenv("PATH");
    ::setenv("PATH", fmt::format("{}:/usr/sbin:/sbin", path == nullptr ? "" : path).c_str(), 1);
    ::execlp("nginx", "nginx", "-e", errors.c_str(), "-c", conf.c_str(), nullptr);
    ::_exit(127);
}

bool Nginx::listens() const {
    const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = loopback(port_);
    return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
           0;
}

std::string Nginx::url() const {
    return fmt::format("http://127.0.0.1:{}", port_);
}

std::string Nginx::log() const {
    return read(folder_.path() + "/requests");
}

std::string Nginx::own_log() const {
    return read(folder_.path() + "/own") + read(folder_.path() + "/errors");
}

Nginx::Answer Nginx::get(const std::string& url) {
    const auto done = run_command(
        {"curl", "-sS", "--noproxy", "*", "--compressed", "-w", "\n%{http_code}", url}, {});
    const auto end = done.out.rfind('\n');
    if (done.status != 0 || end == done.out.npos) throw std::runtime_error(done.err);
    return {static_cast<int>(parse_int(done.out.substr(end + 1)).value_or(0)),
            done.out.substr(0, end)};
}

}  // namespace buildd::test
