// A farm of which everything is known: what is broken, from when to when, and what each attempt
// would end as. The rules see only what a master sees.
#pragma once

#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include "model/labels.hpp"

namespace bench {

using Seconds = std::int64_t;  // since the simulation began

enum class Kind {
    librarian_down,  // no file is fetched anywhere
    archive_down,    // CHROOTFAIL everywhere
    chroot_bad,      // CHROOTFAIL of one architecture
    owner_broken,    // CHROOTFAIL of one owner's jobs
    partition,       // the builders of one network are silent, their jobs run on
    file_gone,       // of one source
    black_hole,      // every build PACKAGEFAIL at once
    flaky,           // every fifth BUILDERFAIL
    wrong_verdicts,  // every fifth PACKAGEFAIL
    dead,            // a builder is silent for hours
    blip,            // one BUILDERFAIL, of no meaning
    bad_package,     // PACKAGEFAIL, as it should be
    fails_builders,  // a job that ends BUILDERFAIL wherever it runs
    killer,          // a job that silences its builder
};
inline constexpr std::size_t kinds = 14;
std::string_view name_of(Kind kind);
bool is_common(Kind kind);  // neither a builder nor a build is to blame

struct Fault {
    Kind kind{};
    Seconds from = 0, to = 0;
    int object = 0;  // builder, group, owner or network, as the kind has it
    // found out as the simulation goes on
    int lost = 0;         // good builds that it still has made fail
    int touched = 0;      // builders that its job silenced, while no network was down
    Seconds idle = 0;     // in which a common cause kept its builder from work
    bool off = false;     // it has taken a good builder out of use for more than a rest
    bool blamed = false;  // what is to blame was told so
    Seconds blamed_at = 0;
    Seconds first_word = -1;  // when it was to be seen first
};

struct Size {
    int builders = 300;
    Seconds days = 30;
    double failures = 0.08;  // of packages, without any fault
    double blips = 0.0005;   // BUILDERFAIL and CHROOTFAIL by chance, of attempts
};

class Random {
 public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    double unit() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
    bool chance(double probability) { return unit() < probability; }
    int below(int bound) { return static_cast<int>(unit() * bound); }
    // Of a build: half take less than 4 minutes, on average they take 9.
    Seconds length() { return 30 + static_cast<Seconds>(lengths_(engine_)); }
    Seconds between(Seconds least, Seconds most) {
        return least + static_cast<Seconds>(unit() * static_cast<double>(most - least));
    }

 private:
    std::mt19937_64 engine_;
    std::lognormal_distribution<> lengths_{5.35, 1.3};
};

// Groups of builders: two architectures that are trusted, one that is not and builds for PPAs.
inline constexpr int groups = 3;
inline constexpr int owners = 20;

// `count` faults of all kinds, evenly, over the days, those of one builder on different builders.
std::vector<Fault> mixed_faults(const Size& size, int count, Random& random);

}  // namespace bench
