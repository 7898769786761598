#include "model/build.hpp"

#include <fmt/format.h>

namespace buildd {

std::string BuildFacts::title() const {
    const bool primary = archive.purpose == ArchivePurpose::PRIMARY;
    return fmt::format("{} build of {} {} in {} {} {}{}", target.architecture_tag, source.name,
                       source.version, target.distribution, target.series, label(target.pocket),
                       primary ? "" : ", archive " + archive.name);
}

}  // namespace buildd
