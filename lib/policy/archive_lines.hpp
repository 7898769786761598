// The `deb` lines a builder gets (spec: behaviour §7).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/build.hpp"
#include "model/place.hpp"

namespace buildd::policy {

struct ArchiveLineFacts {
    ArchivePurpose purpose = ArchivePurpose::PRIMARY;
    std::string url;                              // of the build's own archive
    std::string primary_url;                      // of its distribution's PRIMARY archive
    std::vector<std::string> primary_components;  // all of them, in the farm's order
    std::string series;
    Pocket pocket = Pocket::RELEASE;
    std::string component;       // the source's current one
    std::string external_lines;  // one a line
    BuildPlaces places = {};
};

struct ArchiveLine {
    enum class Of { own, primary, external };  // of a primary archive's own builds: own
    Of of = Of::own;
    Pocket pocket = Pocket::RELEASE;  // not of external lines
    std::string text;
    bool left_out = false;
};

// The components that packages of `component` may depend on, itself included.
std::vector<std::string> component_dependencies(std::string_view component);

// Do those lines reach a binary? For a build of a source in `component`.
bool reaches(const BuildFacts& build, std::string_view component, const BinaryFacts& binary,
             const BuildPlaces& places);

enum class Whose { primary, other };
// Whether builders are given no line of that pocket of an archive of the purpose PRIMARY, or of
// another one: never so of a primary's RELEASE, whatever a check has found.
bool is_left_out(const PocketPlaces& places, Pocket pocket, Whose whose);

// All that the build's archives and pockets make, in apt's order; twice what two pockets share.
std::vector<ArchiveLine> all_archive_lines(const ArchiveLineFacts& facts);

// Those that are not left out, none twice; where that would be none at all, all of them. Empty only
// where an admin has said that every pocket is absent.
std::vector<std::string> archive_lines(const ArchiveLineFacts& facts);

}  // namespace buildd::policy
