#include "support/sql.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.hpp"
#include "support/temp_folder.hpp"

namespace buildd::test {

namespace {

std::string shared_server() {
    return std::string(trim(read(POSTGRES_FILE)));
}

}  // namespace

TestDatabase::TestDatabase(bool filled, const std::string& server)
    : server_(server.empty() ? shared_server() : server) {
    static int count = 0;
    name_ = fmt::format("test_{}_{}", ::getpid(), ++count);
    db::Database admin(server_);
    admin.script(fmt::format("DROP DATABASE IF EXISTS {}", name_));
    admin.script(fmt::format("CREATE DATABASE {} TEMPLATE {}", name_,
                             filled ? "farm_template" : "template0"));
    reconnect();
    if (filled) run("UPDATE farm SET uuid = gen_random_uuid()");
}

TestDatabase::~TestDatabase() {
    session_.reset();
    try {
        db::Database(server_).script(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_));
    } catch (const std::exception&) {  // goes with the cluster
    }
}

std::string TestDatabase::conninfo(const std::string& user) const {
    return fmt::format("{} dbname={} user={}", server_, name_, user);
}

void TestDatabase::reconnect() {
    session_ = std::make_unique<db::Database>(conninfo());
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
