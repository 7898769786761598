// Files that an admin brings into the librarian: sources and chroots.
#pragma once

#include <string>
#include <vector>

#include "base/log.hpp"
#include "db/database.hpp"
#include "db/setup.hpp"
#include "librarian/librarian.hpp"
#include "model/build.hpp"

namespace buildd::farm {

struct ImportOrder {
    std::string archive;  // DISTRO/NAME
    std::string series;
    Pocket pocket = Pocket::RELEASE;
    std::optional<std::string> component;  // default: the .dsc's
    Urgency urgency = Urgency::LOW;
    std::optional<std::string> creator;
    std::vector<std::string> dscs;  // paths
};

struct Imported {
    std::string name, version;
    db::Change change = db::Change::unchanged;
};

// Checks all of them, their versions too, before anything is stored, and counts both as progress in
// `log`. Each source is then stored in a transaction of its own, of one name the lower version
// first; what is published there already is unchanged, so that a call that was cut short can be
// made again. Older versions published there are superseded. Throws Failure(bad_input) when
// something is wrong: names the file and what it is, or logs a sentence for each as an error; and
// Failure(usage) for places and people that do not exist.
std::vector<Imported> import_sources(db::Database& database, const Librarian& librarian,
                                     const ImportOrder& order, Log& log);

// The same file again changes nothing. Throws Failure(bad_input) when it cannot be read.
db::Change store_chroot(db::Database& database, const Librarian& librarian, DistroArchSeriesId arch,
                        Pocket pocket, const std::string& path);

}  // namespace buildd::farm
