// Builders that were taken over, beside honest ones (spec: behaviour §2.2, §2.6; protocol "Hostile
// builders"). HOSTILE=full: with those that hold a call for a minute, and each of them alone too;
// HOSTILE=TEXT: only those with TEXT in their name; else every third.
#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <set>

#include "hostile/arena.hpp"
#include "test.hpp"

using namespace buildd;
using test::Arena;
using test::Misbehaviour;

namespace {

std::string wish() {
    const char* text = std::getenv("HOSTILE");
    return text == nullptr ? "" : text;
}

bool full() {
    return wish() == "full";
}

std::vector<Misbehaviour> all_rows() {
    std::vector<Misbehaviour> rows = test::broken_calls();
    const auto lies = test::lying_answers();
    rows.insert(rows.end(), lies.begin(), lies.end());
    if (full()) return rows;
    int n = 0;
    std::erase_if(rows, [&](const Misbehaviour& row) {
        const bool left_out = wish().empty() && (row.slow || n++ % 3 != 0);
        return left_out || row.name.find(wish()) == row.name.npos;
    });
    return rows;
}

#if defined(__SANITIZE_ADDRESS__)
constexpr long most_kib = 1 << 20;
#else
constexpr long most_kib = 64 << 10;
#endif

// Lines for people: no control characters, not a dump.
bool readable(const std::string& stored) {
    const auto lines = split(stored, '\n');
    return std::none_of(lines.begin(), lines.end(), [](const std::string& line) {
        return line.size() > 700 || has_control(line) || !valid_utf8(line);
    });
}

// Many hostile answers at once: which of them gives way is chance.
bool crowded(const std::string& stored) {
    return stored.find("more than there is room for beside others") != std::string::npos;
}

void check_passes(Arena& arena) {
    for (int pass = 1; pass <= 3; ++pass) {
        const int status = arena.pass();
        INFO(arena.log().substr(0, 4000));
        CHECK((status == 0 || status == 1));
        CHECK(arena.log().find("what is unfinished") == std::string::npos);
        CHECK(arena.honest_builds_in(pass == 1 ? "BUILDING" : "FULLYBUILT") == "20");
        arena.an_hour_later();
    }
    CHECK(arena.perfect_honest_builds() == "20");
    CHECK(arena.check() == "");
    CHECK(arena.peak_kib() < most_kib);
}

void check_reasons(const Arena& arena) {
    for (std::size_t i = 0; i < arena.rows().size(); ++i) {
        const Misbehaviour& row = arena.rows()[i];
        INFO(row.name << "\nexpected: " << row.reason << "\nstored: " << arena.stored(i));
        CHECK((arena.stored(i).find(row.reason) != std::string::npos || crowded(arena.stored(i))));
        CHECK(arena.stored(i).empty() == row.reason.empty());
        CHECK(readable(arena.stored(i)));
    }
}

}  // namespace

TEST_CASE("no two misbehaviours have the same name") {
    std::set<std::string> names;
    for (const auto& row : all_rows()) CHECK(names.insert(row.name).second);
    CHECK(names.size() >= 100);
}

TEST_CASE("hostile builders harm nobody but themselves and a readable reason is stored") {
    Arena arena(all_rows());
    check_passes(arena);
    check_reasons(arena);
    std::cout << fmt::format(
        "{} misbehaviours at once beside {} honest builders: 3 passes, the longest of {:.0f} s, "
        "peak memory {:.1f} MiB\n",
        arena.rows().size(), Arena::honest_builders, arena.longest_seconds(),
        static_cast<double>(arena.peak_kib()) / 1024);
}

TEST_CASE("each hostile builder alone harms nobody") {
    const auto rows = all_rows();
    std::size_t done = 0;
    long peak_kib = 0;
    for (const auto& row : rows) {
        if (!full() && done == 1) break;
        Arena arena({row});
        INFO(row.name);
        check_passes(arena);
        check_reasons(arena);
        peak_kib = std::max(peak_kib, arena.peak_kib());
        ++done;
    }
    std::cout << fmt::format(
        "{} misbehaviours, each alone beside {} honest builders: peak memory {:.1f} MiB\n", done,
        Arena::honest_builders, static_cast<double>(peak_kib) / 1024);
}
