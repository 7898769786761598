// The screens as people see them, whole: tests/cmd/golden holds one file a command. After a change
// that is meant, run with GOLDEN=write and look at the difference.
#include <cstdlib>
#include <regex>

#include "admin.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

using namespace buildd;
using test::Admin;

namespace {

// A farm in which each column of each screen has something to show, the same at any time of day.
void fill(Admin& admin) {
    admin.put(BuildState::FAILEDTOUPLOAD);
    admin.farm.give(7, "bob");
    admin.farm.sql(R"(
        UPDATE build SET datebuilt = '2005-04-01 08:54:38+00' WHERE datebuilt IS NOT NULL OR id = 6;
        UPDATE build SET datecreated = '2005-03-31 20:00:00+00', builder = coalesce(builder, 2);
        UPDATE buildattempt SET started = '2005-04-01 08:49:38+00',
            finished = '2005-04-01 08:54:38+00';
        INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, archive, pocket)
            VALUES (9, 1, 6, 15, 1, 'UPDATES'), (10, 2, 12, 15, 1, 'RELEASE');
        INSERT INTO buildqueue (id, build, lastscore, created) VALUES
            (9, 9, 2505, now() - interval '150 min'), (10, 10, 1000, now() - interval '3 days');
        UPDATE buildqueue SET created = '2005-04-01 08:00:00+00', buildstart = now() - interval '65 min'
            WHERE builder IS NOT NULL;
        UPDATE buildqueue SET expected_time = CASE build WHEN 7 THEN 9330 ELSE 1800 END;
        UPDATE builder SET last_seen = '2005-04-01 09:00:00+00', version = '236',
            date_created = '2005-01-01';
        UPDATE builder SET builderok = false, next_probe = '2005-04-01 09:30:00+00',
            probe_failures = 5, failnotes = 'echo: connection refused' WHERE name = 'frog';
        INSERT INTO pass (command, host, pid, started, finished, exit_status, summary) VALUES
            ('cycle', 'master', 4711, now() - interval '90 min', now() - interval '90 min', 0,
            '2 builders, 1 building'))");
}

std::string golden_file(const std::vector<std::string>& command) {
    return FIXTURES "/../tests/cmd/golden/" + join(command, "-") + ".txt";
}

// The times of this run are the only ones after 2005.
std::string without_times(const std::string& screen) {
    static const std::regex today("20[2-9][0-9]-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}");
    return std::regex_replace(screen, today, "YYYY-MM-DD hh:mm");
}

}  // namespace

TEST_CASE("each screen is to the letter what its golden file holds") {
    Admin admin;
    fill(admin);
    for (const auto& command : std::vector<std::vector<std::string>>{{"status"},
                                                                     {"queue", "list"},
                                                                     {"queue", "why"},
                                                                     {"builder", "list"},
                                                                     {"builder", "show", "frog"},
                                                                     {"build", "list"},
                                                                     {"build", "show", "8"},
                                                                     {"build", "why", "7"},
                                                                     {"build", "why", "9"},
                                                                     {"build", "why", "10"}}) {
        const auto done = admin.run(command);
        INFO(done.err);
        CHECK(done.status == 0);
        const std::string screen = without_times(done.out);
        const char* wish = std::getenv("GOLDEN");
        if (wish != nullptr && std::string(wish) == "write")
            REQUIRE(replace_file(golden_file(command), screen, 0644).ok());
        INFO(golden_file(command));
        CHECK(screen == test::read(golden_file(command)));
    }
}
