// What the `deb` lines of archives' builds are made of, as far as RefreshableArchive does not say
// it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "db/archive_binaries.hpp"

namespace buildd::db {

struct LineFacts {
    struct Series {
        SeriesStatus status = SeriesStatus::DEVELOPMENT;
        std::vector<std::string> components;  // of its published sources; of none: main
        PocketPlaces places, primary_places;  // of the archive, and of the primary one
    };
    std::optional<ArchiveId> primary;  // of its distribution, if there is one
    std::string primary_url, primary_key;
    std::vector<std::string> primary_components;
    std::map<DistroSeriesId, Series> series;
};

std::map<ArchiveId, LineFacts> line_facts(Database& database,
                                          const std::vector<RefreshableArchive>& archives);

}  // namespace buildd::db
