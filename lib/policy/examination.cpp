#include "policy/examination.hpp"

#include "policy/backoff.hpp"

namespace buildd::policy {

namespace {

// sysexits.h, and what process-upload means by them.
constexpr int accepted = 0, publish_given_up = 1, refused = 65, try_again = 75;
constexpr int readers = 3;
constexpr std::chrono::minutes bearable{10};

}  // namespace

Examination examination(const UploaderExit& end) {
    if (!end.started) return Examination::not_examined;
    if (!end.own)
        return !end.killed && end.exit_code == try_again ? Examination::not_examined
                                                         : Examination::settled;
    if (end.killed) return Examination::not_examined;
    if (end.exit_code == publish_given_up) return Examination::given_up;
    return end.exit_code == accepted || end.exit_code == refused ? Examination::settled
                                                                 : Examination::not_examined;
}

UploadTries one_more(UploadTries before, UploadTries::Time now, bool killed, std::string reason) {
    if (before.tries == 0) before.first = now;
    if (killed && before.killed == 0) before.first_killed = now;
    ++before.tries;
    before.killed += killed ? 1 : 0;
    before.last = now;
    before.reason = std::move(reason);
    return before;
}

bool upload_is_due(const UploadTries& tries, UploadTries::Time now) {
    const bool clock_went_back = tries.last > now;
    return tries.tries == 0 || clock_went_back || now >= tries.last + upload_backoff(tries.tries);
}

bool needs_person(const UploadTries& tries, UploadTries::Time now) {
    return tries.tries > 0 && now - tries.first > bearable;
}

bool kills_readers(const UploadTries& tries, std::optional<UploadTries::Time> last_good) {
    return tries.killed >= readers && last_good && *last_good > tries.first_killed;
}

}  // namespace buildd::policy
