// Reads one archive's Packages indexes into the database. Private to farm's refresh.
#pragma once

#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/settings.hpp"
#include "db/archive_binaries.hpp"
#include "farm/refresh.hpp"
#include "net/http.hpp"
#include "upload/release_file.hpp"

namespace buildd::farm {

class ArchiveReader {
 public:
    ArchiveReader(const Settings& settings, db::Database& database, net::Http& http,
                  net::Semaphore& turns, db::RefreshableArchive archive, Log& log);

    net::Task<> run();
    const ArchiveRefresh& result() const { return result_; }

 private:
    using Clock = std::chrono::steady_clock;
    using Series = db::RefreshableArchive::Series;
    using Architecture = db::RefreshableArchive::Architecture;

    // A suite as its Release file describes it.
    struct Suite {
        std::string name;  // "hoary-updates"
        Pocket pocket = Pocket::RELEASE;
        Clock::time_point asked{};  // what has come into the archive since may be missing
        ReleaseFile release;
    };
    // An index that is there and is what Release says.
    struct FetchedIndex {
        PackagesIndex index;
        Fd file;
    };

    net::Task<> read_suite(const Series& series, Pocket pocket);
    net::Task<Result<std::string, net::HttpError>> fetch_release(const Suite& suite);
    net::Task<> read_architecture(const Suite& suite, const Architecture& architecture);
    net::Task<std::optional<Fd>> fetch_index(const Suite& suite, const PackagesIndex& index);
    std::string why_not_wanted(const Suite& suite, const PackagesIndex& index) const;
    void take_in(const Suite& suite, const Architecture& architecture,
                 const std::vector<FetchedIndex>& fetched);
    Result<void> stage_index(db::BinaryStage& stage, const FetchedIndex& fetched,
                             const Architecture& architecture) const;
    void count(const db::BinaryChanges& changes, std::size_t indexes);
    net::GetRequest request_for(const Suite& suite, const std::string& path) const;
    void fail(const Suite& suite, const std::string& path, const net::HttpError& error);
    void fail(const Suite& suite, const std::string& path, const std::string& why);

    const Settings& settings_;
    db::Database& database_;
    net::Http& http_;
    net::Semaphore& turns_;
    db::RefreshableArchive archive_;
    Log& log_;
    ArchiveRefresh result_;
    bool out_of_reach_ = false;  // the rest would only run into the same deadline
};

}  // namespace buildd::farm
