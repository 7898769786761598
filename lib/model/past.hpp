// What the database knows of an ended attempt's builder, build and peers.
#pragma once

#include <chrono>

namespace buildd {

// Above this suspicion a builder is a suspect: its PACKAGEFAIL is asked again elsewhere before it
// is told.
inline constexpr double suspect_above = 2.995732;  // ln 20

// A build that is asked again goes to a builder below it, as long as one lives: of two that are
// broken in the same way the second would say the same.
inline constexpr double witness_below = 1.5;

// Of a builder's quarantine, those that were given to it after its first rest.
struct FailedCanaries {
    int count = 0;
    std::chrono::seconds since_first{};
};

struct Past {
    // Its source has spoken against the builder already; or, as CHROOTFAIL, its PPA's owner: jobs
    // of one owner fail alike where its archive is broken.
    bool source_counted = false;
    // How attempts of its peers ended in the same archive and hours, but for those of suspects.
    int peers_package_failed = 0;
    int peers_all = 0;  // OK, PACKAGEFAIL
    // Others that failed the build since a person last retried it.
    int other_builders = 0;
    int other_silent_builders = 0;
    bool asked_again = false;  // as RunningJob has it
    int unfit_peers = 0;       // peers in use that may not have the build
    FailedCanaries failed_canaries = {};
    // It ended CHROOTFAIL before and was tried again by itself, not by a person.
    bool chroot_failed = false;
};

}  // namespace buildd
