// What must hold when a farm is whole again (spec: behaviour §2.4).
#pragma once

#include <string>
#include <vector>

#include "crash/scene.hpp"

namespace crash {

struct Circumstances {
    // A call failed: a leaf that could not be removed may have been set aside for a person.
    bool fault = false;
};

// One sentence for each violation.
std::vector<std::string> violations(const Stage& stage, Scene& scene,
                                    const Circumstances& circumstances);

}  // namespace crash
