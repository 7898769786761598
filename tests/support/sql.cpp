#include "support/sql.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.hpp"
#include "support/temp_folder.hpp"

namespace buildd::test {

namespace {

std::string server() {
    return std::string(trim(read(POSTGRES_FILE)));
}

std::string on_database(const std::string& name, const std::string& user) {
    return fmt::format("{} dbname={} user={}", server(), name, user);
}

}  // namespace

TestDatabase::TestDatabase(bool filled) {
    static int count = 0;
    name_ = fmt::format("test_{}_{}", ::getpid(), ++count);
    db::Database admin(server());
    admin.script(fmt::format("DROP DATABASE IF EXISTS {}", name_));
    admin.script(fmt::format("CREATE DATABASE {} TEMPLATE {}", name_,
                             filled ? "farm_template" : "template0"));
    session_ = std::make_unique<db::Database>(conninfo());
    if (filled) run("UPDATE farm SET uuid = gen_random_uuid()");
}

TestDatabase::~TestDatabase() {
    session_.reset();
    try {
        db::Database(server()).script(
            fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_));
    } catch (const std::exception&) {  // goes with the cluster
    }
}

std::string TestDatabase::conninfo(const std::string& user) const {
    return on_database(name_, user);
}

void TestDatabase::run(const std::string& sql) {
    session_->script(sql);
}

std::string TestDatabase::value(const std::string& sql) {
    const auto found = rows(sql);
    return found.empty() ? "" : found.front();
}

std::vector<std::string> TestDatabase::rows(const std::string& sql) {
    std::vector<std::string> out;
    const std::string wrapped = fmt::format(
        "SELECT array_to_string(ARRAY(SELECT coalesce(value, 'NULL') FROM "
        "json_each_text(row_to_json(t))), '|') FROM ({}) t",
        sql);
    for (db::Row row : session_->script(wrapped)) out.push_back(row.get<std::string>());
    return out;
}

}  // namespace buildd::test
