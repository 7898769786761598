#include "farm/closed_pocket.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "db/places.hpp"
#include "db/sources.hpp"
#include "policy/pockets.hpp"

namespace buildd::farm {

namespace {

std::string statuses_that_open(ArchivePurpose purpose, Pocket pocket) {
    std::vector<std::string> open;
    for (const auto name : LabelsOf<SeriesStatus>::names)
        if (const auto status = from_label<SeriesStatus>(name);
            status && policy::pocket_open(purpose, *status, pocket))
            open.emplace_back(name);
    return join(open, ", ");
}

}  // namespace

std::optional<std::string> closed_pocket(db::Database& database, const std::string& archive,
                                         const std::string& series, Pocket pocket) {
    const auto place = db::find_source_place(database, archive, series, pocket);
    const std::string whole = archive.substr(0, archive.find('/')) + "/" + series;
    if (policy::pocket_open(place.purpose, place.status, pocket)) {
        const auto places = db::PlaceBook(database, {place.archive}).of(place.archive, series);
        const auto said = places.find(pocket);
        if (said == places.end() || !said->second.absent) return std::nullopt;
        const bool of_one = db::is_said_of_series(database, place.archive, series, pocket);
        return fmt::format(
            "{} has no {} in {}, as was said ('buildd-master archive set {} --pocket {}{}=default' "
            "takes it back): no builder will find what is built for it",
            archive, label(pocket), whole, archive, of_one ? series + "/" : "", label(pocket));
    }
    return fmt::format(
        "nothing is built in {} {} of {} until the status of {}, {}, changes ('buildd-master "
        "series "
        "set {} --status S'): {} let it",
        whole, label(pocket), archive, whole, label(place.status), whole,
        statuses_that_open(place.purpose, pocket));
}

}  // namespace buildd::farm
