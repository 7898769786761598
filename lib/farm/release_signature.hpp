// Whether a Release file was signed by an archive's key: asked of sqv(1), or where there is none,
// of gpgv(1).
#pragma once

#include <string>

#include "base/result.hpp"
#include "net/loop.hpp"

namespace buildd::farm {

struct SignedText {
    std::string text, signature;  // a detached one, armored
    std::string key;              // armored; there may be several blocks
};

// Error: it was not, or it cannot be told; why. Files are made in `folder` and removed.
net::Task<Result<void>> verify_signature(net::Loop& loop, SignedText what, std::string folder);

}  // namespace buildd::farm
