#include "world.hpp"

#include <algorithm>
#include <array>

namespace bench {

namespace {

constexpr std::array<std::string_view, kinds> names{"librarian down",
                                                    "archive down",
                                                    "bad chroot",
                                                    "an owner's archive broken",
                                                    "partition",
                                                    "file gone",
                                                    "black hole",
                                                    "flaky",
                                                    "wrong verdicts",
                                                    "dead builder",
                                                    "blip",
                                                    "bad package",
                                                    "job that fails builders",
                                                    "killer job"};

constexpr Seconds minute = 60, hour = 3600;

Seconds length(Kind kind, Random& random) {
    switch (kind) {
        case Kind::librarian_down:
        case Kind::archive_down:
        case Kind::chroot_bad:
        case Kind::owner_broken:
        case Kind::file_gone:
        case Kind::partition:
            return random.between(3 * minute, 90 * minute);
        case Kind::dead:
            return random.between(hour, 8 * hour);
        case Kind::black_hole:
        case Kind::flaky:
        case Kind::wrong_verdicts:
            return 8 * hour;  // a shift
        default:
            return 0;  // as long as its job is not built
    }
}

bool is_of_builder(Kind kind) {
    return kind == Kind::black_hole || kind == Kind::flaky || kind == Kind::wrong_verdicts ||
           kind == Kind::dead;
}

// `busy`: until when each builder has a fault of its own, and a day more.
int pick_object(const Fault& fault, const Size& size, std::vector<Seconds>& busy, Random& random) {
    if (fault.kind == Kind::chroot_bad) return random.below(groups);
    if (fault.kind == Kind::owner_broken) return 1 + random.below(owners);
    if (fault.kind == Kind::partition) return random.below(2);
    int builder = random.below(size.builders);
    for (int tries = 0; tries < 50 && busy[static_cast<std::size_t>(builder)] > fault.from; ++tries)
        builder = random.below(size.builders);
    if (is_of_builder(fault.kind)) busy[static_cast<std::size_t>(builder)] = fault.to + 24 * hour;
    return builder;
}

}  // namespace

std::string_view name_of(Kind kind) {
    return names[static_cast<std::size_t>(kind)];
}

bool is_common(Kind kind) {
    return kind <= Kind::file_gone;
}

std::vector<Fault> mixed_faults(const Size& size, int count, Random& random) {
    std::vector<Fault> faults(static_cast<std::size_t>(count));
    const Seconds last = size.days * 24 * hour - 12 * hour;
    for (int i = 0; i < count; ++i) {
        Fault& fault = faults[static_cast<std::size_t>(i)];
        fault.kind = static_cast<Kind>(i % static_cast<int>(kinds));
        fault.from = random.between(6 * hour, last);
        fault.to = fault.from + length(fault.kind, random);
    }
    std::sort(faults.begin(), faults.end(),
              [](const Fault& one, const Fault& other) { return one.from < other.from; });
    std::vector<Seconds> busy(static_cast<std::size_t>(size.builders));
    for (auto& fault : faults) fault.object = pick_object(fault, size, busy, random);
    return faults;
}

}  // namespace bench
