// Every `deb` line that builders of an archive would be given, for farm's check. Private to it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/line_facts.hpp"
#include "db/places.hpp"
#include "policy/archive_lines.hpp"
#include "policy/source_line.hpp"

namespace buildd::farm {

// A pocket of a series that the line brings.
struct LinePlace {
    db::SoughtSuite sought;
    std::string series;
    policy::Whose whose = policy::Whose::other;
};

struct LineToCheck {
    policy::ArchiveLine line;
    std::optional<policy::SourceLine> source;  // nullopt: apt cannot read it
    std::string key;                           // that signs it; empty: not known
    std::vector<std::string> tags;             // of the architectures that are given it
    std::vector<LinePlace> places;             // of external lines: none
};

// Comments and sources of external lines are none.
std::vector<LineToCheck> lines_to_check(const db::RefreshableArchive& archive,
                                        const db::LineFacts& facts);

}  // namespace buildd::farm
