// What a pass knows of a builder.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/build.hpp"
#include "model/ids.hpp"
#include "model/labels.hpp"

namespace buildd {

// What an admin has set a builder aside for, besides its architecture and trust.
struct BuilderPurpose {
    std::vector<std::string> tags;     // that jobs may need; sorted
    bool reserved = false;             // it takes no job that needs none of them
    std::vector<std::string> refuses;  // globs of source names; sorted
    auto operator<=>(const BuilderPurpose&) const = default;
};

// How many builders fell silent within five minutes of one, itself among them; 0: it is not
// silent.
struct SilentTogether {
    int before = 0;  // it, or not after it
    int all = 0;
};

struct BuilderFacts {
    BuilderId id;
    std::string name;
    std::string url;
    std::string processor;                 // the architecture that it was added as
    std::string family;                    // processor family
    std::vector<std::string> family_tags;  // architecture tags of the family's distroarchseries
    bool family_has_chroot = false;
    bool ok = true;                  // builderok
    bool failed_for_person = false;  // disabled_by is set
    bool probe_due = false;          // failed by scan, and its time has come
    bool trusted = true;
    bool manual = false;
    BuilderPurpose purpose;
    std::string vm_host;
    CleanStatus clean_status = CleanStatus::DIRTY;
    std::string architecture_tag;  // what info() said last; may be empty
    std::string version;
    int failure_count = 0;
    int probe_failures = 0;
    double suspicion = 0;                             // what its attempts' ends say against it
    int quarantines = 0;                              // since it was last above all suspicion
    std::optional<std::chrono::seconds> quarantined;  // since its first without a good canary
    std::optional<std::chrono::seconds> rests;        // so long yet, in quarantine
    bool cut_off = false;                             // its network is to blame: no job
    int peers = 0;                                    // other builders of its kind in use
    int witnesses = 0;                                // of these below `witness_below`
    int silent_probes = 0;                            // in a row that brought no answer at all
    std::optional<std::chrono::seconds> silent;       // since the first of them
    SilentTogether silent_together;
    std::optional<std::chrono::seconds> aborting;  // since aborting_since, as RunningJob's ages
    bool cut_before = false;                       // short by the last passes, or passed over
    std::unique_ptr<RunningJob> job;  // null: none. On the heap: most builders have none
};

}  // namespace buildd
