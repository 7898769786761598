#include "farm/archive_reader.hpp"

#include "db/archive_suites.hpp"
#include "farm/external_reader.hpp"
#include "farm/suite_reader.hpp"
#include "policy/pockets.hpp"

namespace buildd::farm {

ArchiveReader::ArchiveReader(const RefreshTools& tools, db::RefreshableArchive archive)
    : SuiteClient(tools, archive.name), archive_(std::move(archive)) {
    result_.archive = archive_.name;
}

net::Task<> ArchiveReader::run() {
    auto turn = co_await tools().turns.acquire();
    if (!db::begin_refresh(tools().database, archive_.id)) {
        tools().log.info("{} is being refreshed by another process", archive_.name);
        co_return;
    }
    for (const auto& series : archive_.series)
        for (const Pocket pocket : policy::all_pockets) {
            if (out_of_reach_) break;
            SuiteReader suite(*this, series, pocket);
            co_await suite.run();
        }
    out_of_reach_ = false;
    for (const auto& series : archive_.series) {
        ExternalReader external(*this, series);
        co_await external.run();
    }
    db::end_refresh(tools().database, archive_.id);
}

void ArchiveReader::count(const db::BinaryChanges& changes, std::size_t indexes) {
    result_.indexes += static_cast<int>(indexes);
    result_.binaries += changes.binaries;
    result_.added += changes.added;
    result_.changed += changes.changed;
    result_.removed += changes.removed;
}

void ArchiveReader::fail(const std::string& url, const net::HttpError& error) {
    using Kind = net::HttpError::Kind;
    out_of_reach_ = error.kind == Kind::unreachable || error.kind == Kind::timeout;
    fail(url, error.message);
}

void ArchiveReader::fail(const std::string& url, const std::string& why) {
    result_.failed = true;
    tools().log.error("{}: {}: {}", archive_.name, url, why);
}

}  // namespace buildd::farm
