// Answers questions of tests/archive, a line each: "architecture WORD TAG" by yes or no, and
// "versions A B" by lt, eq or gt.
#include <iostream>
#include <string>

#include "policy/architectures.hpp"
#include "policy/versions.hpp"

using namespace buildd;

int main() {
    std::ios::sync_with_stdio(false);
    std::string kind, a, b;
    while (std::cin >> kind >> a >> b) {
        if (kind == "architecture") {
            std::cout << (policy::architecture_matches(a, b) ? "yes\n" : "no\n");
            continue;
        }
        const auto order = policy::compare_versions(a, b);
        std::cout << (order < 0 ? "lt\n" : order == 0 ? "eq\n" : "gt\n");
    }
    return 0;
}
