// What is said once (schema 041): the views answer as the program's own rules do.
#include <fmt/format.h>
#include <set>

#include "db/snapshot.hpp"
#include "policy/builder_state.hpp"
#include "support/sql.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using test::TestDatabase;

namespace {

struct Sample : TestDatabase {
    Sample() {
        run(test::fixture("sample-farm/farm.sql"));
        run("INSERT INTO breaker (id, kind, key, word, trusted, words, probe_at) VALUES "
            "(1, 'network', '10', 'fetch', true, 'x', now())");
    }

    void compare(const std::string& columns) {
        run("UPDATE builder SET " + columns + " WHERE id = 1");
        INFO(columns);
        for (const auto& one : db::watch_builders(session())) {
            const auto state = policy::builder_state(one.facts);
            seen.insert(state);
            CHECK(value(fmt::format("SELECT state || ' ' || architecture FROM builder_now "
                                    "WHERE id = {}",
                                    one.facts.id.value)) ==
                  fmt::format("{} {}", label(state), policy::architecture_of(one.facts)));
        }
    }
    void compare_all() {
        for (const char* use : {"builderok = true", "builderok = false, next_probe = now()",
                                "builderok = false, disabled_by = 'mark', next_probe = NULL"})
            for (const char* manual : {"false", "true"})
                for (const char* rest : {"NULL", "now() + '1 hour'", "now() - interval '1 hour'"})
                    for (const char* breaker : {"NULL", "1"})
                        for (const char* tag : {"NULL", "'amd64'"})
                            compare(
                                fmt::format("{0}, manual = {1}, quarantined_until = {2}, "
                                            "quarantined_since = {2}, cut_off_by = {3}, "
                                            "architecturetag = {4}",
                                            use, manual, rest, breaker, tag));
    }

    std::set<BuilderState> seen;
};

}  // namespace

TEST_CASE("every builder is in the state and of the architecture that the program finds for it") {
    Sample db;
    db.compare_all();
    db.run("UPDATE build SET buildstate = 'BUILDING' WHERE id = 8");
    db.run("UPDATE buildqueue SET builder = 1, buildstart = now() WHERE build = 8");
    db.compare_all();
    CHECK(db.seen.size() == LabelsOf<BuilderState>::names.size());
}

TEST_CASE("a builder is in use where dispatch may give it jobs and no canary is due") {
    Sample db;
    for (const char* out :
         {"builderok = false, next_probe = now()", "manual = true", "drained_by = 'mark'",
          "quarantined_until = now(), quarantined_since = now()", "cut_off_by = 1"}) {
        INFO(out);
        const std::string all =
            "SELECT string_agg(id::text, ' ' ORDER BY id) FROM builder_now WHERE in_use";
        CHECK(db.value(all) == "1 2");
        db.run(fmt::format("UPDATE builder SET {} WHERE id = 1", out));
        CHECK(db.value(all) == "2");
        db.run(
            "UPDATE builder SET builderok = true, manual = false, drained_by = NULL, "
            "quarantined_until = NULL, quarantined_since = NULL, cut_off_by = NULL");
    }
}

TEST_CASE("active builds are those beside which no other of the same place may be") {
    Sample db;
    db.run("ALTER TABLE build DISABLE TRIGGER USER");
    for (const auto state : LabelsOf<BuildState>::names) {
        INFO(state);
        db.run(
            fmt::format("UPDATE build SET buildstate = '{}', upload_leaf = "
                        "'20050101-000000-8-1' WHERE id = 8",
                        state));
        const bool active = db.value("SELECT count(*) FROM active_build WHERE id = 8") == "1";
        db::Transaction second(db.session());
        const auto insert = [&] {
            second.execute(
                "INSERT INTO build (processor, distroarchseries, buildstate, sourcepackagerelease, "
                "archive, arch_indep) VALUES (1, 6, 'NEEDSBUILD', 14, 1, false)");
        };
        if (active)
            CHECK_THROWS_AS(insert(), db::StatementError);
        else
            CHECK_NOTHROW(insert());
    }
}

TEST_CASE("sources are published while their publication is pending or there") {
    Sample db;
    for (const auto status : LabelsOf<PublishingStatus>::names) {
        INFO(status);
        db.run(
            fmt::format("UPDATE sourcepackagepublishinghistory SET status = '{}' "
                        "WHERE sourcepackagerelease = 17",
                        status));
        const bool there = status == "PENDING" || status == "PUBLISHED";
        CHECK((db.value("SELECT count(*) FROM published_source WHERE sourcepackagerelease = 17") ==
               "1") == there);
    }
}

TEST_CASE("trusted builders build for the archives that the program says") {
    Sample db;
    for (std::size_t i = 0; i < LabelsOf<ArchivePurpose>::names.size(); ++i) {
        BuildFacts build;
        build.archive.purpose = static_cast<ArchivePurpose>(i);
        CHECK(db.session().query("SELECT is_trusted($1)", build.archive.purpose)[0].get<bool>() ==
              build.trusted());
    }
}
