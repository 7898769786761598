// The sample farm, and the program called on it as an admin would.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "support/farm.hpp"
#include "test.hpp"

namespace buildd::test {

struct Admin {
    TestFarm farm;

    std::map<std::string, std::string> environment() const {
        std::map<std::string, std::string> out;
        for (const auto& [key, value] : farm.options) {
            std::string name = "BUILDD_MASTER_";
            for (const char c : key)
                name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            out[name] = value;
        }
        return out;
    }
    ProgramRun run(const std::vector<std::string>& arguments) const {
        return run_program(arguments, environment());
    }
    // The program as $0 of a shell's script.
    ProgramRun shell(const std::string& script) const {
        return run_command({"sh", "-c", script, PROGRAM}, environment());
    }
    void says(const std::vector<std::string>& arguments, const std::string& out) {
        const auto done = run(arguments);
        INFO(done.err);
        CHECK(done.status == 0);
        CHECK(done.out == out);
    }
    // Exit status and the one sentence on stderr.
    void fails(const std::vector<std::string>& arguments, int status, const std::string& sentence) {
        const auto done = run(arguments);
        INFO(done.out);
        CHECK(done.status == status);
        CHECK(done.err == "buildd-master: " + sentence + "\n");
        CHECK(done.out.empty());
    }

    // Build 8 as it would be in that state, by legal changes only.
    void put(BuildState state) {
        using S = BuildState;
        if (state == S::NEEDSBUILD) return;
        if (state == S::SUPERSEDED || state == S::CANCELLED) {
            farm.sql("DELETE FROM buildqueue WHERE build = 8");
            move(state);
            return;
        }
        farm.give(8, "bob");
        if (state == S::BUILDING) return;
        if (state == S::CANCELLING) {
            move(state);
            return;
        }
        farm.sql("DELETE FROM buildqueue WHERE build = 8");
        farm.sql(
            fmt::format("UPDATE build SET buildstate = '{}', builder = 1, datebuilt = now(), "
                        "buildduration = '5 min', failure_count = 2, dependencies = 'libx' , "
                        "upload_leaf = CASE WHEN '{}' = 'UPLOADING' THEN '{}' END WHERE id = 8",
                        label(state), label(state), leaf));
        farm.sql(fmt::format(
            "INSERT INTO buildattempt (build, builder, cookie, started, outcome, leaf) VALUES "
            "(8, 1, '8-1', now(), 'OK', '{}')",
            leaf));
    }
    void move(BuildState state) {
        farm.sql(fmt::format("UPDATE build SET buildstate = '{}' WHERE id = 8", label(state)));
    }
    // Everything of the database and the folders that a dry run must not change. Sequences are not
    // in it: they move on in any transaction that is rolled back.
    std::string digest();

    static constexpr const char* leaf = "20050401-085438-8-1";
    static constexpr const char* title =
        "i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE";
};

inline std::string Admin::digest() {
    std::string all;
    for (const auto& table : farm.db().rows("SELECT tablename FROM pg_tables WHERE schemaname = "
                                            "current_schema() ORDER BY 1"))
        for (const auto& row : farm.db().rows(fmt::format("SELECT * FROM {} t ORDER BY t", table)))
            all += table + ' ' + row + '\n';
    for (const auto& entry : std::filesystem::recursive_directory_iterator(farm.root()))
        if (entry.path().filename().string().rfind("lock", 0) != 0)
            all += entry.path().string() + '\n';
    return all;
}

inline const std::vector<BuildState>& all_states() {
    static const std::vector<BuildState> states = [] {
        std::vector<BuildState> all;
        for (const auto name : LabelsOf<BuildState>::names)
            all.push_back(*from_label<BuildState>(name));
        return all;
    }();
    return states;
}

}  // namespace buildd::test
