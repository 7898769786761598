// How long to wait before trying again.
#pragma once

#include <chrono>

#include "model/builder.hpp"

namespace buildd::policy {

// `first`, twice that, four times … at most `most`, after the n-th time (n ≥ 1).
std::chrono::minutes doubled(std::chrono::minutes first, int times, std::chrono::minutes most);

using buildd::SilentTogether;

// After the n-th failed probe in a row (n ≥ 1): 1, 2, 4 … 60 minutes (spec: behaviour §3). Of
// builders that vanished together, three or more, a few are probed every minute, the others at
// least every five.
std::chrono::minutes probe_backoff(int failures, const SilentTogether& together = {});

// How long the n-th equal answer in a row (n ≥ 1) holds a build back: the first not at all, then
// 1 h, 2 h, 4 h … at most a day.
std::chrono::minutes same_answer_delay(int answers);

// So many equal answers in a row are a person's.
inline constexpr int answers_for_a_person = 5;

// After the n-th CHROOTFAIL in a row (n ≥ 1): 15 min, doubling to a day.
std::chrono::minutes chroot_wait_delay(int answers);

// After a job was given back for the n-th time (n ≥ 1): 5 min, then as above.
std::chrono::minutes giveback_delay(int times);

// After the n-th start in a row that was not over in time (n ≥ 1): 5 min, doubling to 1 h.
std::chrono::minutes start_backoff(int times);

// After any other start that was counted against its job: not all that may be counted in one go.
inline constexpr std::chrono::minutes counted_start_rest{1};

// After the n-th try (n ≥ 1) in which an upload could not be examined: 1, 2, 4, 8, 15, 15 …
// minutes.
std::chrono::minutes upload_backoff(int tries);

// After the n-th failed try to send a mail (n ≥ 1): 1, 2, 4 … 60 minutes.
std::chrono::minutes mail_backoff(int tries);

// Mail older than this is given up (§10).
inline constexpr std::chrono::hours mail_lifetime{5 * 24};

}  // namespace buildd::policy
