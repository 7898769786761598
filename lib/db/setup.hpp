// Setting a farm up: people, series, architectures, chroots (buildd-master(1), "COMMANDS").
//
// `add_…` makes what is not there; of what is there it changes nothing: the same again is
// `unchanged`, other values throw Failure(usage). `set_…` changes what is there, and what depends
// on it in the same transaction, and answers what has changed. What is not given keeps its value.
// Both throw Failure(usage) when something they name does not exist.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "db/values.hpp"
#include "model/library.hpp"

namespace buildd::db {

enum class Change { created, changed, unchanged };

struct PersonWish {
    std::string name;
    std::optional<std::string> email;
    bool team = false;
    std::vector<std::string> members;             // names, added to the team
    std::optional<std::string> max_running = {};  // `set`: a number; "": no limit
};
Change add_person(Database& database, const PersonWish& wish);
Values set_person(Database& database, const PersonWish& wish);
void require_person(Database& database, const std::string& name);

struct SeriesWish {
    std::string distribution, series;
    std::optional<SeriesStatus> status;
    std::optional<std::string> version;
};
Change add_series(Database& database, const SeriesWish& wish);
Values set_series(Database& database, const SeriesWish& wish);

// The processor family is one of the tag: it is the same in every series.
struct ArchitectureWish {
    std::string distribution, series, tag;
    std::optional<std::string> family;  // `add` needs it
    bool nominated = false;
    std::optional<bool> enabled;  // `set`
};
Change add_architecture(Database& database, const ArchitectureWish& wish);
Values set_architecture(Database& database, const ArchitectureWish& wish);

// `DISTRO/SERIES/TAG` → its row.
DistroArchSeriesId find_architecture(Database& database, const std::string& distribution,
                                     const std::string& series, const std::string& tag);

// The chroot that builds of a pocket use now.
std::optional<LibraryFile> read_chroot(Database& database, DistroArchSeriesId arch, Pocket pocket);
// Within the caller's transaction.
void set_chroot(Transaction& transaction, DistroArchSeriesId arch, Pocket pocket,
                const LibraryFile& chroot);

}  // namespace buildd::db
