// Importing sources (buildd-master(1), `source import`).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/build.hpp"
#include "model/library.hpp"

namespace buildd::db {

// Where a source goes.
struct SourcePlace {
    ArchiveId archive;
    bool is_private = false;
    DistroSeriesId series;
    Pocket pocket = Pocket::RELEASE;
    ArchivePurpose purpose = ArchivePurpose::PRIMARY;
    SeriesStatus status = SeriesStatus::DEVELOPMENT;
};
// `archive` as DISTRO/NAME. Throws Failure(usage) when one of them does not exist.
SourcePlace find_source_place(Database& database, const std::string& archive,
                              const std::string& series, Pocket pocket);

// Whether the archive is private, which then stays so until the end of the transaction.
bool hold_privacy(Transaction& transaction, ArchiveId archive);

// Until the end of the caller's transaction nobody else imports sources of that name: what is read
// after it stays true. The name is made where there is none.
void lock_source_name(Transaction& transaction, const std::string& name);

struct KnownSource {
    SourceId id;
    std::string dsc_sha256;
    bool published_here = false;  // in this archive, series and pocket
    bool was_here = false;        // … or was
};
// The release of that name and version which the archive knows, rather one that is published.
std::optional<KnownSource> find_source(Database& database, const SourcePlace& place,
                                       const std::string& name, const std::string& version);

// Which of these files the archive holds as others of that source's, of whatever version.
struct NamedSum {
    std::string filename, sha256;
};
std::vector<std::string> clashing_source_files(Database& database, const SourcePlace& place,
                                               const std::string& name,
                                               const std::vector<NamedSum>& files);

// Versions of a source that are published at a place now.
struct PublishedVersion {
    std::int64_t publication = 0;
    std::string version;
};
std::vector<PublishedVersion> published_versions(Database& database, const SourcePlace& place,
                                                 const std::string& name);

// A release that is published at a place now; `component`: there.
struct PlacedSource {
    SourceId id;
    std::string version, component;
    std::int64_t binaries = 0;  // packages that builds of it have put in the archive
};
std::vector<PlacedSource> placed_sources(Database& database, const SourcePlace& place,
                                         const std::string& name);

struct NewSource {
    std::string name, version, component;
    Urgency urgency = Urgency::LOW;
    std::optional<std::string> creator;  // a person's name
    std::string architecture_hints, build_depends, build_depends_indep;
    std::string indep_architecture;  // Build-Indep-Architecture
    std::vector<LibraryFile> files;
};
// Within the caller's transaction, its name locked.
SourceId insert_source(Transaction& transaction, const NewSource& source);
void insert_publication(Transaction& transaction, const SourcePlace& place, SourceId source,
                        const std::string& component);
void supersede_publications(Transaction& transaction,
                            const std::vector<std::int64_t>& publications);

}  // namespace buildd::db
