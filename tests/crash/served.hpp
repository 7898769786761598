// What the simulated builders saw, and what they hold now.
#pragma once

#include <string>
#include <vector>

#include "crash/scene.hpp"

namespace crash {

struct Served {
    explicit Served(const Stage& stage);

    struct Builder {
        std::string name, state, cookie;
        int wrecked = 0;  // jobs, by a build() that came while another ran
    };
    const Builder* find(const std::string& name) const;

    std::vector<fleet::CallLine> calls;
    std::vector<Builder> builders;
};

// The decompressed bytes of a file; "" when it cannot be read.
std::string gunzipped(const std::string& path);

}  // namespace crash
