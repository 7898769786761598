// A real nginx on loopback, with the example of a configuration that comes with the program.
#pragma once

#include <string>
#include <sys/types.h>

#include "support/farm.hpp"

namespace buildd::test {

class Nginx {
 public:
    // Serves the farm's librarian. The farm's key must be there.
    explicit Nginx(const TestFarm& farm);
    ~Nginx();
    Nginx(const Nginx&) = delete;
    Nginx& operator=(const Nginx&) = delete;

    std::string url() const;      // without a trailing slash
    std::string log() const;      // of whole requests
    std::string own_log() const;  // what the example logs of restricted files

    struct Answer {
        int status = 0;
        std::string body;  // as a browser has it
    };
    static Answer get(const std::string& url);

 private:
    void start();
    bool listens() const;

    TempFolder folder_;
    int port_ = 0;
    pid_t process_ = 0;
};

}  // namespace buildd::test
