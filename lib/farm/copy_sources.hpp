// `source copy`: a source from one series and pocket of an archive into another one.
#pragma once

#include <string>
#include <vector>

#include "base/log.hpp"
#include "db/database.hpp"
#include "db/setup.hpp"
#include "model/labels.hpp"

namespace buildd::farm {

struct PlaceName {
    std::string series;
    Pocket pocket = Pocket::RELEASE;
};
struct CopyOrder {
    std::string archive;  // DISTRO/NAME
    PlaceName from, to;
    std::vector<std::string> names;
};

struct Copied {
    std::string name, version;
    db::Change change = db::Change::unchanged;
    std::int64_t binaries = 0;  // that come along: they are wherever their source is published
};

// All or none. Older versions at `to` are superseded, as by an import. Throws Failure(bad_input)
// when a source is not published at `from`, or a newer one at `to`; Failure(usage) for places that
// do not exist.
std::vector<Copied> copy_sources(db::Database& database, const CopyOrder& order);

}  // namespace buildd::farm
