// Networks whose builders cannot fetch what others can: they would take the best jobs for ever.
#include <algorithm>

#include "db/cut_off.hpp"
#include "farm/breakers.hpp"

namespace buildd::farm {

bool Breakers::cuts_off(const db::BreakerRow& row) {
    return row.kind == CauseKind::network && row.word != CauseWord::silent;
}

void Breakers::cut_off_networks() {
    if (std::none_of(open_.begin(), open_.end(), cuts_off)) return;
    const auto addresses = db::builder_addresses(farm_.database);
    for (const auto& row : open_) {
        if (!cuts_off(row)) continue;
        std::vector<BuilderId> builders;
        bool can_show = false;  // that it works again
        for (const auto& one : addresses) {
            if (network_name(one.url) != row.key || (one.trusted && !row.trusted)) continue;
            builders.push_back(one.id);
            can_show = can_show || one.trusted == row.trusted;
        }
        if (!can_show) {  // they were moved, or removed
            db::close_breaker(farm_.database, row.id);
            continue;
        }
        db::cut_off(farm_.database, row.id, builders);
        if (row.probe_due &&
            db::let_builder_go(farm_.database, row.id, policy::probe_delay(row.probes + 1)))
            farm_.log.info("A builder is tried to see whether it works again: {}", row.words);
    }
}

}  // namespace buildd::farm
