// How strongly the ends of its attempts speak against a builder: a sum of log-likelihoods (that it
// is broken against that it is as its peers are), never below 0, so that good ends wear it off.
// Pure.
#pragma once

#include "model/labels.hpp"
#include "model/past.hpp"

namespace buildd::policy {

using buildd::suspect_above;
inline constexpr double quarantine_at = 6.907755;  // ln 1000

// A job that it failed ended well elsewhere.
inline constexpr double weight_of_good_elsewhere = 3.0;

// How attempts of the builder's peers ended in the same archive and hours; those of suspects are
// left out.
struct PeerEnds {
    int package_failed = 0;
    int all = 0;  // OK, PACKAGEFAIL
};

// What one end of an attempt, or of a start, says.
struct SaidOfBuilder {
    Outcome outcome = Outcome::OK;
    bool counted = false;         // against the builder, as the tables of collect and start say
    bool source_counted = false;  // another attempt of its source has spoken against it already
    int peers = 0;                // other builders of its kind in use
    PeerEnds peer_ends = {};
    bool repeats = false;  // another builder has said the same of this build: it was the package
    bool rests = false;    // its quarantine had begun before the end: the job is no canary
    FailedCanaries failed_canaries = {};  // before this end
};

// What is to be added to the builder's suspicion. A source counts once, and PACKAGEFAIL not at all
// where nobody else could be asked.
double weight(const SaidOfBuilder& said);

double add_weight(double suspicion, double weight);  // never below 0
bool is_suspect(double suspicion);

}  // namespace buildd::policy
