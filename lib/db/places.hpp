// Where the pockets of archives are (spec: schema, tables archivepocket and archivemissing).
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "db/database.hpp"
#include "model/build.hpp"
#include "model/place.hpp"
#include "model/start.hpp"

namespace buildd::db {

// Those of some archives, and of their distributions' primary archives.
class PlaceBook {
 public:
    PlaceBook(Database& database, const std::vector<ArchiveId>& archives);

    PocketPlaces of(ArchiveId archive, const std::string& series) const;
    BuildPlaces of(const BuildFacts& build) const;

 private:
    std::map<std::pair<ArchiveId, std::string>, PocketPlaces> places_;
    std::map<std::string, ArchiveId> primaries_;  // by their distributions
};

// Fills in PendingJob::places.
void read_places(Database& database, const std::vector<PendingJob*>& jobs);

// Nobody notes what is missing of the archive until the end of the caller's transaction, which
// changes where it is or has its pockets.
void hold_places(Transaction& transaction, ArchiveId archive);

// Whether what is said of that pocket is said of the series, not of all of them.
bool is_said_of_series(Database& database, ArchiveId archive, const std::string& series,
                       Pocket pocket);

// The suite of a series that a pocket of an archive was looked for in.
struct SoughtSuite {
    ArchiveId archive;
    DistroSeriesId series;
    Pocket pocket = Pocket::RELEASE;
    std::string url;    // as builders are given it
    std::string suite;  // PocketPlace::suite
};
// It is there, or is not. What has been said to be elsewhere meanwhile is left alone, and what a
// refresh has read is not missing until it is forgotten: a mirror may be in repair.
void note_there(Database& database, const SoughtSuite& suite);
void note_missing(Database& database, const SoughtSuite& suite);

}  // namespace buildd::db
