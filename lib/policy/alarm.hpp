// What monitoring shall be told of the farm (`status --check`). Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/build.hpp"
#include "model/why.hpp"

namespace buildd::policy {

enum class Alarm { ok, warning, critical };

struct WatchedFarm {
    std::optional<LastPass> last_dispatch;
    std::vector<std::string> disabled_builders;  // that only a person brings back
    // Builds that only a person brings on.
    std::int64_t chroot_wait = 0, failed_to_upload = 0;
    std::int64_t left = 0;  // that ended the same again and again
};

struct Verdict {
    Alarm alarm = Alarm::ok;
    std::string line;  // "WARNING - builder bob is out of use", as monitoring plugins say it
};

// Critical: no job can have been dispatched for five minutes, or passes do not work. Warning: a
// person has to do something. A package that does not build is its own affair.
Verdict judge(const WatchedFarm& farm);

}  // namespace buildd::policy
