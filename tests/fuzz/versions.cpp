// Versions: any texts have one order.
#include "policy/versions.hpp"

#include "fuzz.hpp"

using buildd::fuzz::require;
using namespace buildd::policy;

FUZZ_TARGET(bytes) {
    const auto v = buildd::fuzz::parts_of(bytes, 3);
    for (const auto a : v) {
        require(compare_versions(a, a) == 0, "a version is itself");
        require(without_binnmu(a).size() <= a.size(), "a suffix is taken off");
        require(without_epoch(a).size() <= a.size(), "an epoch is taken off");
        for (const auto b : v) {
            const auto order = compare_versions(a, b);
            require(order == (0 <=> compare_versions(b, a)), "orders agree both ways");
            for (const auto c : v)
                if (order <= 0 && compare_versions(b, c) <= 0)
                    require(compare_versions(a, c) <= 0, "orders chain");
        }
    }
}
