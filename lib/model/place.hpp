// Where an archive has the packages of a series in a pocket.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/labels.hpp"

namespace buildd {

// What an admin has said of it, or a check has found.
struct PocketPlace {
    std::string url = {};                      // empty: the archive's
    std::string suite = {};                    // "%(series)s-security"; empty: the usual name
    std::vector<std::string> components = {};  // empty: those that a source may depend on
    bool absent = false;                       // said: there is none
    // Found missing, while nothing is known of it and this farm has published nothing there.
    bool left_out = false;
};

// Of an archive and a series; a pocket that is not in it is as usual.
using PocketPlaces = std::map<Pocket, PocketPlace>;

// What the `deb` lines of a build are made of; the same twice for a primary archive's.
struct BuildPlaces {
    PocketPlaces own;      // of its archive
    PocketPlaces primary;  // of its distribution's primary archive
};

}  // namespace buildd
