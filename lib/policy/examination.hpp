// Has an uploader examined the results, or did something of ours keep it from that?
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace buildd::policy {

// How an uploader ended. One of the program's own, or a farm's.
struct UploaderExit {
    bool own = false;
    bool started = true;
    int exit_code = 0;
    bool killed = false;  // by a signal, its deadline's included
};

// Where its end leaves the build.
enum class Examination {
    settled,       // it has judged: state and folders tell
    given_up,      // publish_command has failed for a day: no fault of the results
    not_examined,  // our disk, memory, processes, database, settings: the build stays as it is
};
Examination examination(const UploaderExit& end);

// Tries in a row of one leaf that ended without an examination.
struct UploadTries {
    using Time = std::chrono::system_clock::time_point;
    int tries = 0;
    int killed = 0;  // of them, readers that were killed
    Time first{}, last{};
    Time first_killed{};
    std::string reason;  // of the last
};
UploadTries one_more(UploadTries before, UploadTries::Time now, bool killed, std::string reason);

bool upload_is_due(const UploadTries& tries, UploadTries::Time now);
// It has lasted so long that a person has to look.
bool needs_person(const UploadTries& tries, UploadTries::Time now);
// Its reader was killed the third time while others were read well: the leaf is to blame.
bool kills_readers(const UploadTries& tries, std::optional<UploadTries::Time> last_good);

// publish_command is given up when it has failed for so long.
inline constexpr std::chrono::hours publish_lifetime{24};

}  // namespace buildd::policy
