// What `archive refresh` remembers of suites and indexes that it has read (spec: schema, tables
// archivesuite, archivecomponent and archiveindex).
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "db/archive_binaries.hpp"

namespace buildd::db {

// Held until end_refresh() or the end of the session: two that read an archive at a time could
// leave older packages beside the newer Release. false: another one holds it.
bool begin_refresh(Database& database, ArchiveId archive);
void end_refresh(Database& database, ArchiveId archive);

using AskedAt = std::chrono::steady_clock::time_point;

// A suite's Release that all its indexes were read of.
struct KnownSuite {
    std::string source;  // which URL, checked against which key
    std::string file;    // "InRelease" or "Release"
    std::string etag, modified;
};
// nullopt: none of that source, or not of all architectures that are wanted now.
std::optional<KnownSuite> known_suite(Database& database, ArchiveId archive,
                                      const RefreshableArchive::Series& series, Pocket pocket,
                                      const std::string& source);
void forget_suite(Database& database, ArchiveId archive, DistroSeriesId series, Pocket pocket);
void note_suite(Transaction& transaction, ArchiveId archive,
                const RefreshableArchive::Series& series, Pocket pocket, const KnownSuite& suite);

// Of each component that is known there, the digests of the indexes that it was read of (empty:
// it is not known of which).
std::map<std::string, std::string> known_components(Database& database, const BinaryPlace& place);

// The index is the truth for what was taken in before the archive was asked for it.
void note_refresh(Database& database, const BinaryPlace& place, AskedAt asked);

}  // namespace buildd::db
