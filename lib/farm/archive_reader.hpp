// Reads one archive's Packages indexes into the database. Private to farm's refresh.
#pragma once

#include "db/archive_binaries.hpp"
#include "farm/refresh.hpp"
#include "farm/suite_client.hpp"

namespace buildd::farm {

class ArchiveReader : public SuiteClient {
 public:
    ArchiveReader(const RefreshTools& tools, db::RefreshableArchive archive);

    net::Task<> run();
    const ArchiveRefresh& result() const { return result_; }

    // For the readers of its suites.
    const db::RefreshableArchive& archive() const { return archive_; }
    void count(const db::BinaryChanges& changes, std::size_t indexes);
    // Below `url`. Where the server cannot be reached the rest is left: it would only run into the
    // same deadline.
    void fail(const std::string& url, const net::HttpError& error) override;
    void fail(const std::string& url, const std::string& why) override;
    bool out_of_reach() const { return out_of_reach_; }

 private:
    db::RefreshableArchive archive_;
    ArchiveRefresh result_;
    bool out_of_reach_ = false;
};

}  // namespace buildd::farm
