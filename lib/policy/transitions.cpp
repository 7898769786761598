#include "policy/transitions.hpp"

namespace buildd::policy {

bool may_retry(BuildState state) {
    switch (state) {
        case BuildState::FAILEDTOBUILD:
        case BuildState::MANUALDEPWAIT:
        case BuildState::CHROOTWAIT:
        case BuildState::FAILEDTOUPLOAD:
        case BuildState::CANCELLED:
        case BuildState::SUPERSEDED:
            return true;
        default:
            return false;
    }
}

bool may_change(BuildState from, BuildState to) {
    using S = BuildState;
    if (to == S::NEEDSBUILD && may_retry(from)) return true;
    switch (from) {
        case S::NEEDSBUILD:
            return to == S::BUILDING || to == S::SUPERSEDED || to == S::CANCELLED;
        case S::BUILDING:
            return to != S::BUILDING && to != S::CANCELLED;
        case S::UPLOADING:
            return to == S::FULLYBUILT || to == S::FAILEDTOUPLOAD;
        case S::CANCELLING:
            return to == S::CANCELLED;
        case S::FAILEDTOUPLOAD:
            return to == S::UPLOADING;
        default:
            return false;
    }
}

}  // namespace buildd::policy
