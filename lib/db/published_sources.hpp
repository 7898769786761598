// Published sources and who builds them: what `queue build` plans with and what it found that
// nobody will ever build.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/published_source.hpp"

namespace buildd::db {

// By series.
std::map<DistroSeriesId, std::vector<SeriesArchitecture>> series_architectures(Database& database);

// In the order of their publications. Without `names` those in enabled archives that may lack a
// build; with them all sources of these names.
std::vector<PublishedSource> published_sources(
    Database& database, const std::optional<std::vector<std::string>>& names);

// What of a published source nobody will build.
struct NeverBuilt {
    SourceId source;
    DistroSeriesId series;
    ArchiveId archive;
    std::string title;  // "tiny 1.0 in ubuntu/hoary, archive primary"; not stored
    std::string reason;
};

// Makes `found` what is known of all sources, or of those of some names. With `telling` the caller
// tells what comes back: those that nobody has told since their reason is what it is.
std::vector<NeverBuilt> store_never_built(Database& database, const std::vector<NeverBuilt>& found,
                                          const std::optional<std::vector<std::string>>& names,
                                          bool telling);

// As the last `queue build` or `source import` found it, at most `limit`, and how many there are;
// those in private archives only where they are asked for.
struct NeverBuiltList {
    std::vector<NeverBuilt> first;
    std::int64_t count = 0;
};
NeverBuiltList read_never_built(Database& database, int limit, bool private_too);

}  // namespace buildd::db
