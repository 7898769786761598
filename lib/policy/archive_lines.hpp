// The `deb` lines a builder gets (spec: behaviour §7).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/build.hpp"

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
};

// The components that packages of `component` may depend on, itself included.
std::vector<std::string> component_dependencies(std::string_view component);

// Do those lines reach a binary? For a build of a source in `component`.
bool reaches(const BuildFacts& build, std::string_view component, const BinaryFacts& binary);

// Never empty.
std::vector<std::string> archive_lines(const ArchiveLineFacts& facts);

}  // namespace buildd::policy
