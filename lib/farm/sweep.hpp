// What killed passes left behind, and what has been kept long enough (spec: behaviour §5.7, 5.8,
// L13).
#pragma once

#include "farm/farm.hpp"

namespace buildd::farm {

// Under the pass lock: grabbing/, incoming/, half-stored files of the librarian.
void sweep_before_pass(Farm& farm);

// Is there anything that sweep_after_uploads may remove? Asks the folders alone.
bool sweep_is_due(const Farm& farm);

// Without a lock of a pass: locks/ and what belongs to it, each item with its own lock, and old
// leaves of accepted/, rejected/, failed/, failed-to-move/.
void sweep_after_uploads(Farm& farm);

}  // namespace buildd::farm
