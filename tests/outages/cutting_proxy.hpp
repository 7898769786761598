// Stands between the program and PostgreSQL, counts statements and cuts every connection at one.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "support/temp_folder.hpp"

namespace buildd::test {

class CuttingProxy {
 public:
    enum class Cut { before, after };  // the server gets the statement; or has done it, unanswered
    enum class Which { all, one };     // connections, for good; only that of the statement, once

    struct Order {
        int number = 0;  // of the statement among all connections', from 1; 0: none is cut
        Cut cut = Cut::before;
        Which which = Which::all;
    };

    // `server`: the folder of its socket.
    CuttingProxy(std::string server, const Order& order);
    ~CuttingProxy();
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    const std::string& folder() const { return folder_.path(); }  // "host" of a conninfo
    bool has_cut() const { return cut_; }
    int statements() const { return statements_; }
    int last_commit() const { return last_commit_; }  // its number; 0: there was none

 private:
    void serve();
    void relay(int client);
    bool pass_on(int client, int server, std::string& unread, bool& started);
    bool await_reply(int server);
    bool is_last(const std::string& message);
    void cut();

    std::string server_;
    Order order_;
    TempFolder folder_;
    int listener_ = -1;
    std::atomic<int> statements_ = 0, last_commit_ = 0;
    std::atomic<bool> cut_ = false, dead_ = false, ended_ = false;
    std::jthread thread_;
};

}  // namespace buildd::test
