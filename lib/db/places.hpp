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

// The suite of a series that a pocket of an archive was looked for in.
struct SoughtSuite {
    ArchiveId archive;
    DistroSeriesId series;
    Pocket pocket = Pocket::RELEASE;
    std::string url;    // as builders are given it
    std::string suite;  // PocketPlace::suite
};
// It is there, or is not. What has been said to be elsewhere meanwhile is left alone.
void note_there(Database& database, const SoughtSuite& suite);
void note_missing(Database& database, const SoughtSuite& suite);

}  // namespace buildd::db
