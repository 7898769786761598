// A database of its own for each test, made from the template.
#pragma once

#include <string>
#include <vector>

#include "db/database.hpp"

namespace buildd::test {

class TestDatabase {
 public:
    // `filled`: with the farm's empty tables; else without any.
    explicit TestDatabase(bool filled = true);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    std::string conninfo(const std::string& user = "farm") const;
    db::Database& session() { return *session_; }

    void run(const std::string& sql);
    // The first column of the first row, as text; "" for no row, "NULL" for NULL.
    std::string value(const std::string& sql);
    // All rows, columns joined by '|'.
    std::vector<std::string> rows(const std::string& sql);

 private:
    std::string name_;
    std::unique_ptr<db::Database> session_;
};

}  // namespace buildd::test
