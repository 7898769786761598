#include "policy/suspicion.hpp"

#include <algorithm>
#include <cmath>

namespace buildd::policy {

namespace {

constexpr double good_end = -0.6;  // tests/bench/blame: more, and few wrong verdicts are found
constexpr double failed_end = 3.0;
constexpr double most_of_package = 2.1;
constexpr double broken_rate = 0.8;  // of PACKAGEFAIL on a broken builder
constexpr double usual_rate = 0.1;   // before anything is known of its peers
constexpr double usual_ends = 4;     // as many ends as this outweighs

// A rebuild in which a third fails says little by one failure, an archive of good packages much.
double package_failure(const PeerEnds& peers) {
    const double rate = (peers.package_failed + usual_rate * usual_ends) / (peers.all + usual_ends);
    return std::clamp(std::log(broken_rate / rate), 0.0, most_of_package);
}

}  // namespace

double weight(const SaidOfBuilder& said) {
    if (said.outcome == Outcome::OK) return good_end;
    if (said.source_counted || said.repeats) return 0;
    if (said.outcome == Outcome::CHROOTFAIL) return most_of_package;
    if (said.counted) return failed_end;
    const bool unusual = said.outcome == Outcome::PACKAGEFAIL && said.peers > 0;
    return unusual ? package_failure(said.peer_ends) : 0;
}

double add_weight(double suspicion, double weight) {
    return std::max(0.0, suspicion + weight);
}

bool is_suspect(double suspicion) {
    return suspicion > suspect_above;
}

}  // namespace buildd::policy
