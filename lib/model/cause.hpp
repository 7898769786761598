// What failures of several builders may have in common (policy/common_cause.hpp).
#pragma once

#include <array>
#include <string_view>

#include "model/labels.hpp"

namespace buildd {

// What attempts share, narrowest first where two are equally narrow.
enum class CauseKind {
    file,     // a URL that builders are told to fetch
    archive,  // all of one owner's
    line,     // of sources.list
    host,     // of files or of lines
    chroot,
    series,
    network,  // that builders stand in
};

// What is said alike by those who meet the same obstacle.
enum class CauseWord {
    none,
    fetch,          // a start's file was not fetched
    chroot,         // CHROOTFAIL
    builder_fetch,  // BUILDERFAIL on a fetch
    silent,         // no answer any more
};

// What the master heard when it asked for a file's URL itself.
enum class Asked { no, there, gone, no_answer };

template <>
struct LabelsOf<CauseKind> {
    static constexpr std::array<std::string_view, 7> names{"file",   "archive", "line",   "host",
                                                           "chroot", "series",  "network"};
};
template <>
struct LabelsOf<CauseWord> {
    static constexpr std::array<std::string_view, 5> names{"none", "fetch", "chroot",
                                                           "builder_fetch", "silent"};
};
template <>
struct LabelsOf<Asked> {
    static constexpr std::array<std::string_view, 4> names{"no", "there", "gone", "no_answer"};
};

}  // namespace buildd
