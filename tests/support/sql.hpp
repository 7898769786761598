// A database of its own for each test, made from the template.
#pragma once

#include <string>
#include <vector>

#include "db/database.hpp"

namespace buildd::test {

class TestDatabase {
 public:
    // `filled`: with the farm's empty tables; else without any. `server`: a conninfo; "": the one
    // that all tests share.
    explicit TestDatabase(bool filled = true, const std::string& server = "");
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    std::string conninfo(const std::string& user = "farm") const;
    db::Database& session() { return *session_; }
    void reconnect();  // the session was lost

    void run(const std::string& sql);
    // The first column of the first row, as text; "" for no row, "NULL" for NULL.
    std::string value(const std::string& sql);
    // All rows, columns joined by '|'.
    std::vector<std::string> rows(const std::string& sql);

 private:
    std::string server_, name_;
    std::unique_ptr<db::Database> session_;
};

}  // namespace buildd::test
