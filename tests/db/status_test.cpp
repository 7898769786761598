// The farm on one screen.
#include "db/status.hpp"

#include "db/passes.hpp"
#include "support/farm.hpp"
#include "test.hpp"

using namespace buildd;
using test::TestFarm;

namespace {

std::string words(const std::vector<db::FarmStatus::StateCount>& counts) {
    std::string out;
    for (const auto& [state, builds] : counts)
        out += std::to_string(builds) + " " + std::string(label(state)) + "\n";
    return out;
}

}  // namespace

TEST_CASE("status names the causes that stand now and not those that are over") {
    TestFarm farm;
    auto& session = farm.db().session();
    CHECK(db::notice_due(session, {"new", "the disk"}));
    CHECK(db::notice_due(session, {"old", "the fire"}));
    CHECK(db::notice_due(session, {"again", "the first http://u:secret@h/"}));
    farm.sql(
        "INSERT INTO notice (cause) VALUES ('noted by an older version');"
        "UPDATE notice SET seen = now() - interval '16 min' WHERE cause IN ('old', 'again')");
    CHECK_FALSE(db::notice_due(session, {"again", "the second http://u:secret@h/"}));
    std::vector<std::string> words;
    for (const auto& cause : db::read_status(session).standing) words.push_back(cause.message);
    CHECK(words == std::vector<std::string>{"the second http://u:***@h/", "the disk"});
}

TEST_CASE("the last hour's results are counted by state") {
    TestFarm farm;
    farm.sql(
        "UPDATE build SET datebuilt = NULL;"
        "INSERT INTO build (processor, distroarchseries, sourcepackagerelease, archive, "
        "buildstate, "
        "datebuilt) SELECT 1, 6, 15, 1, state::buildstate, now() - age FROM (VALUES "
        "('FAILEDTOBUILD', interval '1 min'), ('FULLYBUILT', interval '59 min'), "
        "('FULLYBUILT', interval '0'), ('BUILDING', interval '5 min'), ('FULLYBUILT', interval '61 "
        "min')) v (state, age)");
    CHECK(words(db::read_status(farm.db().session()).last_hour) ==
          "2 FULLYBUILT\n1 FAILEDTOBUILD\n");
}

TEST_CASE("builds wait for a person only as long as their source is published") {
    TestFarm farm;
    farm.sql(
        "INSERT INTO build (processor, distroarchseries, sourcepackagerelease, archive, "
        "buildstate) SELECT 1, 6, 15, 1, state::buildstate FROM unnest(ARRAY['CHROOTWAIT', "
        "'FAILEDTOUPLOAD', 'FAILEDTOUPLOAD', 'FAILEDTOBUILD', 'MANUALDEPWAIT']) state");
    CHECK(words(db::read_status(farm.db().session()).for_person) == "2 FAILEDTOUPLOAD\n");
    farm.sql(
        "UPDATE build SET for_person = now() WHERE id = 8 OR buildstate IN ('MANUALDEPWAIT', "
        "'CHROOTWAIT')");
    const auto status = db::read_status(farm.db().session());
    CHECK(words(status.for_person) ==
          "1 NEEDSBUILD\n1 MANUALDEPWAIT\n1 CHROOTWAIT\n2 FAILEDTOUPLOAD\n");
    REQUIRE(status.left.size() == 3);
    CHECK(status.left[0].title == "i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE");
    farm.sql("UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED'");
    CHECK(db::read_status(farm.db().session()).for_person.empty());
    CHECK(db::read_status(farm.db().session()).left.empty());
}

TEST_CASE("a queue knows who builds it and how long its architecture's last builds took") {
    TestFarm farm;
    farm.sql(
        "UPDATE build SET datebuilt = NULL, buildduration = NULL;"
        "INSERT INTO build (processor, distroarchseries, sourcepackagerelease, archive, "
        "buildstate, "
        "datebuilt, buildduration) SELECT 1, 6, 15, 1, 'FULLYBUILT', now(), minutes * interval "
        "'1 min' FROM unnest(ARRAY[2, 4]) minutes");
    const auto queue = [&] { return db::read_status(farm.db().session()).queue.at(0); };
    CHECK(queue().tag == "i386");
    CHECK(queue().builders == 2);
    CHECK(queue().usual == std::chrono::minutes(3));
    farm.sql("UPDATE builder SET manual = true WHERE name = 'frog'");
    CHECK(queue().builders == 1);
    farm.sql("UPDATE builder SET trusted = false");
    CHECK(queue().builders == 0);
}
