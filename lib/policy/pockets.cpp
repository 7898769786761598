#include "policy/pockets.hpp"

namespace buildd::policy {

std::string_view pocket_suffix(Pocket pocket) {
    switch (pocket) {
        case Pocket::RELEASE:
            return "";
        case Pocket::SECURITY:
            return "-security";
        case Pocket::UPDATES:
            return "-updates";
        case Pocket::PROPOSED:
            return "-proposed";
        case Pocket::BACKPORTS:
            return "-backports";
    }
    return "";
}

const std::vector<Pocket>& pocket_dependencies(Pocket pocket) {
    using P = Pocket;
    static const std::vector<Pocket> release{P::RELEASE};
    static const std::vector<Pocket> security{P::RELEASE, P::SECURITY};
    static const std::vector<Pocket> updates{P::RELEASE, P::SECURITY, P::UPDATES};
    static const std::vector<Pocket> proposed{P::RELEASE, P::SECURITY, P::UPDATES, P::PROPOSED};
    static const std::vector<Pocket> backports{P::RELEASE, P::SECURITY, P::UPDATES, P::BACKPORTS};
    switch (pocket) {
        case P::RELEASE:
            return release;
        case P::SECURITY:
            return security;
        case P::UPDATES:
            return updates;
        case P::PROPOSED:
            return proposed;
        case P::BACKPORTS:
            return backports;
    }
    return release;
}

bool uploads_allowed(SeriesStatus status, Pocket pocket) {
    switch (status) {
        case SeriesStatus::FROZEN:
            return true;
        case SeriesStatus::SUPPORTED:
        case SeriesStatus::CURRENT:
            return pocket != Pocket::RELEASE;
        case SeriesStatus::EXPERIMENTAL:
        case SeriesStatus::DEVELOPMENT:
        case SeriesStatus::OBSOLETE:
            return pocket == Pocket::RELEASE;
    }
    return false;
}

std::string suite_name(const TargetFacts& target) {
    return target.series + std::string(pocket_suffix(target.pocket));
}

bool pocket_denied(const BuildFacts& build) {
    const bool own_rules = build.archive.purpose != ArchivePurpose::PRIMARY;
    if (own_rules && build.target.pocket == Pocket::RELEASE) return false;
    return !uploads_allowed(build.target.series_status, build.target.pocket);
}

}  // namespace buildd::policy
