// May a pending job be started, and what is the builder told (spec: behaviour §8). Pure.
#pragma once

#include <string>

#include "base/result.hpp"
#include "model/start.hpp"

namespace buildd::policy {

enum class Dispatchable {
    start,
    superseded,  // source no longer published here: the job is deleted
    made,        // another build's binaries are in the archive: the job is deleted, too
    security,    // SECURITY pocket, and build_security is off: left
    no_chroot,   // left
    denied,      // the series does not allow its pocket: left, for a person
    for_person,  // given back again and again: left, for a person
};

// `has_chroot`: its pocket's, or RELEASE's. `made`: its archive has its binaries from another
// build.
Dispatchable dispatchable(const BuildFacts& build, bool has_chroot, bool made, bool build_security);
inline Dispatchable dispatchable(const PendingJob& job, bool build_security) {
    return dispatchable(job.build, job.chroot.has_value(), job.made_by.has_value(), build_security);
}

// `build_url`: the setting, may be empty. `reset_after`: the builder's host is reset after the job.
BuildArguments build_arguments(const PendingJob& job, const std::string& build_url,
                               bool reset_after);

// Some wrong arguments wedge a worker for ever (protocol, "What real builders do", 2).
Result<void> check_start(const PendingJob& job, const BuildArguments& arguments);

}  // namespace buildd::policy
