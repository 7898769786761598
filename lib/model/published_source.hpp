// A source published in a series and archive, as `queue build` sees it: values only.
#pragma once

#include <string>
#include <vector>

#include "model/ids.hpp"
#include "model/labels.hpp"

namespace buildd {

struct SeriesArchitecture {
    DistroArchSeriesId id;
    std::string tag;
    bool enabled = true;
    bool nominated = false;  // builds arch:all packages, where a source does not say otherwise
};

struct PublishedSource {
    SourceId source;
    std::string name, version;
    DistroSeriesId series;
    ArchiveId archive;
    std::string distribution, series_name, archive_name;
    bool archive_enabled = true;
    Pocket pocket = Pocket::RELEASE;  // of its oldest publication there
    std::string hints;                // Architecture of its .dsc
    std::string indep_hints;          // Build-Indep-Architecture; empty: it does not say
    // Architectures that have a build: any in this series, and in another series of the archive one
    // whose binaries are there or may come to be, for the archive can hold them only once.
    std::vector<std::string> taken;
    std::vector<std::string> waiting;  // of those, in this series, whose build nobody has begun
    bool indep_taken = false;          // one of the taken makes the arch:all packages
};

}  // namespace buildd
