// What `archive refresh` reads and writes (spec: schema, table archivebinary).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/place.hpp"

namespace buildd::db {

// An archive, and the series and architectures whose indexes are wanted of it.
struct RefreshableArchive {
    struct Architecture {
        DistroArchSeriesId id;
        std::string tag;
    };
    struct Series {
        DistroSeriesId id;
        std::string name;
        std::vector<Architecture> architectures;
        PocketPlaces places = {};
    };
    ArchiveId id;
    std::string name;  // "ubuntu/primary"
    ArchivePurpose purpose = ArchivePurpose::PRIMARY;
    std::string url;             // may hold a password
    std::string signing_key;     // armored; empty: none
    std::string external_lines;  // one a line
    std::vector<Series> series;
};

// `names` (DISTRO/NAME, or ids); none: every enabled archive. Throws Failure(usage) when one does
// not exist.
std::vector<RefreshableArchive> archives_to_refresh(Database& database,
                                                    const std::vector<std::string>& names);

// Where the binaries of an index can be had.
struct BinaryPlace {
    ArchiveId archive;
    DistroArchSeriesId arch;
    Pocket pocket = Pocket::RELEASE;
};

struct IndexedBinary {
    std::string name, version, provides;
    std::string multiarch;
};

struct BinaryChanges {
    std::int64_t binaries = 0;  // there now
    std::int64_t added = 0, changed = 0, removed = 0;
    bool any() const { return added + changed + removed > 0; }
};

// Collects the binaries of a component in a temporary table, then puts them in place of those known
// before; the component of external lines is empty. One at a time in a session.
class BinaryStage {
 public:
    explicit BinaryStage(Database& database);

    // Of binaries with the same name and version the first counts.
    void add(IndexedBinary binary);

    // In one transaction, in batches; `progress` is told how many are done, and of how many. Rows
    // that stay as they are are not touched.
    // `digest`: of the indexes. Empty and with nothing added, the component is forgotten.
    using Progress = std::function<void(std::size_t done, std::size_t all)>;
    BinaryChanges replace(const BinaryPlace& place, const std::string& component,
                          const std::string& digest, const Progress& progress);

 private:
    void flush();
    void replace_batch(const BinaryPlace& place, const std::string& component,
                       const std::string& after, const std::optional<std::string>& end,
                       BinaryChanges& changes);

    Database& database_;
    std::vector<std::string> names_, versions_, provides_, multiarchs_;
};

}  // namespace buildd::db
