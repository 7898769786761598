// Which untrusted builders are reset (behaviour §8).
#include "policy/reset.hpp"

#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;
using std::chrono::seconds;

namespace {

constexpr ResetRules with_command{true, false};

BuilderFacts jail() {
    BuilderFacts builder;
    builder.trusted = false;
    builder.family_has_chroot = true;
    return builder;
}

BuilderFacts silent(int probes, int since = 100) {
    BuilderFacts builder = jail();
    builder.ok = false;
    builder.clean_status = CleanStatus::CLEAN;
    builder.silent_probes = probes;
    builder.silent = seconds(since);
    return builder;
}

std::deque<BuilderFacts> farm_of(std::size_t well, std::vector<int> silent_since) {
    std::deque<BuilderFacts> builders;
    for (const int since : silent_since) builders.push_back(silent(2, since));
    for (std::size_t i = 0; i < well; ++i) {
        builders.push_back(jail());
        builders.back().clean_status = CleanStatus::CLEAN;
    }
    return builders;
}

bool is_due(BuilderFacts builder, const ResetRules& rules = with_command) {
    std::deque<BuilderFacts> one;
    one.push_back(std::move(builder));
    return plan_resets(one, rules).due.size() == 1;
}

}  // namespace

TEST_CASE("an untrusted builder that is not clean is reset unless something speaks against it") {
    struct Row {
        const char* what;
        bool due;
        void (*change)(BuilderFacts&);
    };
    const std::vector<Row> rows{
        {"DIRTY", true, [](BuilderFacts&) {}},
        {"CLEANING", true, [](BuilderFacts& b) { b.clean_status = CleanStatus::CLEANING; }},
        {"CLEAN", false, [](BuilderFacts& b) { b.clean_status = CleanStatus::CLEAN; }},
        {"trusted", false, [](BuilderFacts& b) { b.trusted = true; }},
        {"manual", false, [](BuilderFacts& b) { b.manual = true; }},
        {"busy", false, [](BuilderFacts& b) { b.job = std::make_unique<RunningJob>(); }},
        {"failed by scan", false, [](BuilderFacts& b) { b.ok = false; }},
        {"off by a person", false,
         [](BuilderFacts& b) {
             b.ok = false;
             b.failed_for_person = true;
         }},
        {"without chroot", false, [](BuilderFacts& b) { b.family_has_chroot = false; }}};
    for (const auto& row : rows) {
        INFO(row.what);
        BuilderFacts builder = jail();
        row.change(builder);
        CHECK(waits_for_reset(builder, with_command) == row.due);
        CHECK_FALSE(waits_for_reset(builder, {false, true}));
        CHECK(is_due(std::move(builder)) == row.due);
    }
}

TEST_CASE("a builder silent in two passes is reset unless something speaks against it") {
    struct Row {
        const char* what;
        bool due;
        void (*change)(BuilderFacts&);
    };
    const std::vector<Row> rows{
        {"silent", true, [](BuilderFacts&) {}},
        {"DIRTY too", true, [](BuilderFacts& b) { b.clean_status = CleanStatus::DIRTY; }},
        {"killed in CLEANING", true,
         [](BuilderFacts& b) { b.clean_status = CleanStatus::CLEANING; }},
        {"silent once", false, [](BuilderFacts& b) { b.silent_probes = 1; }},
        {"wrong answers", false,
         [](BuilderFacts& b) {
             b.silent_probes = 0;
             b.probe_failures = 9;
         }},
        {"trusted", false, [](BuilderFacts& b) { b.trusted = true; }},
        {"manual", false, [](BuilderFacts& b) { b.manual = true; }},
        {"busy", false, [](BuilderFacts& b) { b.job = std::make_unique<RunningJob>(); }},
        {"off by a person", false, [](BuilderFacts& b) { b.failed_for_person = true; }}};
    for (const auto& row : rows) {
        INFO(row.what);
        BuilderFacts builder = silent(2);
        row.change(builder);
        CHECK_FALSE(waits_for_reset(builder, with_command));
        CHECK(is_due(std::move(builder)) == row.due);
    }
    CHECK_FALSE(is_due(silent(2), {false, false}));
}

TEST_CASE("no silent builder is reset while a third fell silent together") {
    struct Row {
        const char* what;
        std::size_t well;
        std::vector<int> silent_since;
        std::size_t due;
    };
    const std::vector<Row> rows{{"one alone", 0, {60}, 1},
                                {"one of two", 1, {60}, 1},
                                {"two of six together", 4, {60, 300}, 0},
                                {"two of seven together", 5, {60, 300}, 2},
                                {"two of six one after the other", 4, {60, 1200}, 2},
                                {"a third together and one before", 3, {60, 70, 2000}, 0},
                                {"all of three", 0, {60, 60, 60}, 0},
                                {"all for more than an hour", 0, {3600, 3601, 3700}, 3}};
    for (const auto& row : rows) {
        INFO(row.what);
        const auto builders = farm_of(row.well, row.silent_since);
        const auto plan = plan_resets(builders, with_command);
        CHECK(plan.due.size() == row.due);
        CHECK(plan.held_back == row.silent_since.size() - row.due);
    }
}

TEST_CASE("those that wait for a reset are reset whoever is silent") {
    auto builders = farm_of(0, {60, 60, 60});
    builders.push_back(jail());
    const auto plan = plan_resets(builders, with_command);
    REQUIRE(plan.due.size() == 1);
    CHECK(plan.due[0] == &builders.back());
}
