#include "outages/private_server.hpp"

#include <chrono>
#include <csignal>
#include <fmt/format.h>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "base/text.hpp"
#include "db/database.hpp"
#include "support/farm.hpp"

namespace buildd::test {

namespace {

void must_run(const std::vector<std::string>& words) {
    const auto run = run_command(words, {});
    if (run.status != 0) throw std::runtime_error(words.front() + ": " + run.out + run.err);
}

std::string script(const std::string& name) {
    return fixture_path(name);
}

std::string folder_of(const std::string& conninfo) {
    return conninfo.substr(5, conninfo.find(' ') - 5);  // host=…
}

}  // namespace

PrivateServer::PrivateServer() {
    const std::string file = folder_.path() + "/conninfo";
    must_run({script("../tests/postgres"), "start", file, PROGRAM});
    conninfo_ = trim(read(file));
    // What was committed has to outlive kill().
    db::Database(conninfo_).script("ALTER SYSTEM SET synchronous_commit = on");
    stop();
    start();
}

PrivateServer::~PrivateServer() {
    run_command({script("../tests/postgres"), "stop", folder_.path() + "/conninfo"}, {});
}

void PrivateServer::stop() {
    must_run({script("private-postgres"), "halt", folder_of(conninfo_)});
}

void PrivateServer::start() {
    must_run({script("private-postgres"), "resume", folder_of(conninfo_)});
}

// The first is the parent of the others.
std::vector<pid_t> PrivateServer::processes() const {
    pid_t first = 0;
    std::ifstream(folder_of(conninfo_) + "/data/postmaster.pid") >> first;
    std::vector<pid_t> pids{first};
    std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", first));
    for (pid_t pid = 0; children >> pid;) pids.push_back(pid);
    return pids;
}

void PrivateServer::kill() {
    const auto pids = processes();
    for (const pid_t pid : pids) ::kill(pid, SIGKILL);
    for (const pid_t pid : pids)
        while (::kill(pid, 0) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

}  // namespace buildd::test
