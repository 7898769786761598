#include "model/labels.hpp"

namespace buildd {

std::string_view title(BuildState state) {
    switch (state) {
        case BuildState::NEEDSBUILD:
            return "Needs building";
        case BuildState::FULLYBUILT:
            return "Successfully built";
        case BuildState::FAILEDTOBUILD:
            return "Failed to build";
        case BuildState::MANUALDEPWAIT:
            return "Dependency wait";
        case BuildState::CHROOTWAIT:
            return "Chroot problem";
        case BuildState::SUPERSEDED:
            return "Build for superseded Source";
        case BuildState::BUILDING:
            return "Currently building";
        case BuildState::FAILEDTOUPLOAD:
            return "Failed to upload";
        case BuildState::UPLOADING:
            return "Uploading build";
        case BuildState::CANCELLING:
            return "Cancelling build";
        case BuildState::CANCELLED:
            return "Cancelled build";
    }
    return "?";
}

}  // namespace buildd
