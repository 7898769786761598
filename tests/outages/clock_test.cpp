// Clocks jump by a day: the database server's between two passes, the host's between two
// processes.
#include <fmt/format.h>

#include "outages/scene.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scene;

namespace {

// Every time that the farm has stored moves: as if the server's clock had jumped the other way.
constexpr const char* shift = R"(
DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT table_name AS t, string_agg(format('%1$I = %1$I + interval ''{0}''',
            column_name), ', ') AS sets
        FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
            AND data_type = 'timestamp with time zone' GROUP BY table_name
    LOOP EXECUTE format('UPDATE %I SET %s', c.t, c.sets); END LOOP;
END $$)";

}  // namespace

TEST_CASE("a database server's clock that jumps by a day loses no job that runs") {
    const std::string jump = GENERATE(as<std::string>(), "-1 day", "1 day");
    INFO(jump);
    Scene scene;
    auto& it = scene.it;
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.farm.state(9) == "BUILDING");
    it.farm.sql(fmt::format(shift, jump));
    it.fleet.say("* logtail 'it goes on'");
    it.farm.sql("UPDATE mailqueue SET next_attempt = now() WHERE next_attempt IS NOT NULL");
    CHECK(scene.wrong_after_two_rounds() == "");
}

TEST_CASE("a host's clock that jumps by a day between two processes loses nothing") {
#if defined(__SANITIZE_ADDRESS__)
    WARN("not shown under a sanitizer: it has to be loaded before the jumping clock");
#else
    Scene scene;
    scene.it.preload = JUMPING_CLOCK;
    CHECK(scene.it.run({"scan"}) == 0);
    CHECK(scene.wrong_after_two_rounds() == "");
#endif
}
