// Reads one archive's Packages indexes into the database. Private to farm's refresh.
#pragma once

#include "base/log.hpp"
#include "base/settings.hpp"
#include "db/archive_binaries.hpp"
#include "farm/refresh.hpp"
#include "net/http.hpp"

namespace buildd::farm {

struct RefreshTools {
    const Settings& settings;
    db::Database& database;
    net::Loop& loop;
    net::Http& http;
    net::Semaphore& turns;  // of archives
    bool forget_missing = false;
    Log& log;
};

class ArchiveReader {
 public:
    ArchiveReader(const RefreshTools& tools, db::RefreshableArchive archive);

    net::Task<> run();
    const ArchiveRefresh& result() const { return result_; }

    // For the readers of its suites.
    const RefreshTools& tools() const { return tools_; }
    const db::RefreshableArchive& archive() const { return archive_; }
    void count(const db::BinaryChanges& changes, std::size_t indexes);
    // Below `url`. Where the server cannot be reached the rest is left: it would only run into the
    // same deadline.
    void fail(const std::string& url, const net::HttpError& error);
    void fail(const std::string& url, const std::string& why);
    bool out_of_reach() const { return out_of_reach_; }

 private:
    const RefreshTools& tools_;
    db::RefreshableArchive archive_;
    ArchiveRefresh result_;
    bool out_of_reach_ = false;
};

}  // namespace buildd::farm
