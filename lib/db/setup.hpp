// Setting a farm up: people, series, architectures, archives, chroots (spec: cli, "Commands").
//
// Each call says what it wants to be there; what is there already is left or brought in line. What
// is not given keeps its value. Throws Failure(usage) when something it names does not exist.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/library.hpp"

namespace buildd::db {

enum class Change { created, changed, unchanged };

struct PersonWish {
    std::string name;
    std::optional<std::string> email;
    bool team = false;
    std::vector<std::string> members;  // names, added to the team
};
Change add_person(Database& database, const PersonWish& wish);
void require_person(Database& database, const std::string& name);

struct SeriesWish {
    std::string distribution, series;
    std::optional<SeriesStatus> status;
    std::optional<std::string> version;
};
Change add_series(Database& database, const SeriesWish& wish);

struct ArchitectureWish {
    std::string distribution, series, tag, family;
    bool nominated = false;
};
Change add_architecture(Database& database, const ArchitectureWish& wish);

struct ArchiveWish {
    std::string distribution, name;
    std::optional<ArchivePurpose> purpose;
    std::optional<std::string> url, owner, signing_key, external_lines, components;
    std::optional<bool> is_private;
};
Change add_archive(Database& database, const ArchiveWish& wish);
// Of an archive that is there.
Change set_debug_symbols(Database& database, const std::string& distribution,
                         const std::string& name, bool wanted);

// `DISTRO/SERIES/TAG` → its row.
DistroArchSeriesId find_architecture(Database& database, const std::string& distribution,
                                     const std::string& series, const std::string& tag);

// The chroot that builds of a pocket use now.
std::optional<LibraryFile> read_chroot(Database& database, DistroArchSeriesId arch, Pocket pocket);
// Within the caller's transaction.
void set_chroot(Database& database, DistroArchSeriesId arch, Pocket pocket,
                const LibraryFile& chroot);

}  // namespace buildd::db
