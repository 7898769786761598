// Has what failed at several builders a common cause, for which neither they nor their builds are
// to blame? Pure, and cheap: nothing is done where fewer than three have said the same.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/cause.hpp"

namespace buildd::policy {

using buildd::Asked;
using buildd::CauseKind;
using buildd::CauseWord;

struct Shared {
    CauseKind kind = CauseKind::file;
    std::uint64_t key = 0;  // the caller's number for it: below 2^60, the same for the same one
    bool operator==(const Shared&) const = default;
};

// How far an attempt came: what it shows to work.
enum class Reached {
    nothing,
    files,  // build() was sent: its files were fetched
    build,  // chroot and archive served it
    back,   // no attempt: a silent builder answers again
};

using CauseTime = std::chrono::seconds;  // since any moment; the same for all

// One end of an attempt or of a start; an attempt that still runs; a builder that is or was silent.
struct CauseEnd {
    CauseTime began{};  // when build() was sent, else when it was begun
    CauseTime at{};     // its end; with `running` now
    CauseWord word = CauseWord::none;
    Reached reached = Reached::nothing;
    bool running = false;
    Asked asked = Asked::no;  // with fetch
    std::int64_t builder = 0;
    std::int64_t build = 0;  // 0: none
    std::int64_t owner = 0;  // of the PPA; 0: it is for no PPA
    std::size_t group = 0;   // of builders that take the same jobs: index of `living`
    bool trusted = true;     // its builder is
    std::vector<Shared> shared{};
};

// What is open already, or is to be opened.
struct Cause {
    Shared object;
    CauseWord word = CauseWord::none;
    bool trusted = true;  // holds all jobs; false: said by untrusted builders, whose jobs alone it
                          // holds
    std::vector<std::size_t> cases{};      // of the ends
    std::optional<std::size_t> is_open{};  // index of the open one that explains these cases
};

inline constexpr std::chrono::minutes cause_window{15};
inline constexpr std::chrono::minutes together{5};  // fell silent, who did within so long

// The causes that explain cases of the window that ends at `now`, each case in one at most. Those
// that are open first; then those that the master found by asking; then of each word, first by
// trusted builders alone, what most cases share, and of equals what the fewest other ends touch.
// Three builders and three builds must have said it (where fewer of their groups live, all of
// those; of a file three ends of one build; and of silence both of two, together, for one that
// falls silent alone may have been ended by its job), no fewer than said otherwise since the first,
// and none good since. Cases of one owner alone explain a file or that owner's archive and nothing
// else; files that are there, those builders' network alone.
// `living`: of each group how many builders are in use.
std::vector<Cause> common_causes(std::span<const CauseEnd> ends, std::span<const int> living,
                                 std::span<const Cause> open, CauseTime now);

// It could not have the file either.
bool is_master_s_word(Asked asked);

// Does this end show that what the cause names works again?
bool is_good(const CauseEnd& end, CauseWord word);

// Does a cause hold a job that shares these?
bool holds(const Cause& cause, std::span<const Shared> shared, bool trusted_job);

}  // namespace buildd::policy
