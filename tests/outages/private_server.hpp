// A PostgreSQL of a test's own, which may be stopped, killed and started again.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "support/temp_folder.hpp"

namespace buildd::test {

class PrivateServer {
 public:
    PrivateServer();
    ~PrivateServer();
    PrivateServer(const PrivateServer&) = delete;
    PrivateServer& operator=(const PrivateServer&) = delete;

    const std::string& conninfo() const { return conninfo_; }
    void stop();  // as for maintenance: sessions are told to end
    void kill();  // SIGKILL to all its processes
    void start();

 private:
    std::vector<pid_t> processes() const;

    TempFolder folder_;
    std::string conninfo_;
};

}  // namespace buildd::test
