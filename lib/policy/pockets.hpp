// Pockets: what they depend on, their suffix, and when they may be uploaded to
// (spec: behaviour §7, exact tables).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/build.hpp"
#include "model/labels.hpp"

namespace buildd::policy {

inline const std::vector<Pocket> all_pockets{Pocket::RELEASE, Pocket::SECURITY, Pocket::UPDATES,
                                             Pocket::PROPOSED, Pocket::BACKPORTS};

std::string_view pocket_suffix(Pocket pocket);               // "-updates"; RELEASE: ""
std::span<const Pocket> pocket_dependencies(Pocket pocket);  // in the table's order
bool uploads_allowed(SeriesStatus status, Pocket pocket);

// Of a pocket of a series: as `said` calls it (PocketPlace::suite), else "<series><suffix>".
std::string suite_name(const std::string& said, const std::string& series, Pocket pocket);
std::string suite_name(const TargetFacts& target);

// The same for an archive: PARTNER and PPA archives may always update their RELEASE pocket.
bool pocket_open(ArchivePurpose purpose, SeriesStatus status, Pocket pocket);

// A build whose pocket its series does not allow.
bool pocket_denied(const BuildFacts& build);

}  // namespace buildd::policy
