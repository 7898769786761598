// `builder disable` and the job that the builder has.
#include "admin.hpp"

using namespace buildd;
using test::Admin;

TEST_CASE("builder disable says that it aborts the job and names what does not") {
    Admin admin;
    admin.farm.give(8, "bob");
    admin.says({"builder", "disable", "bob"},
               "builder bob: changed\nits job, build 8 (mozilla-firefox 0.9), is aborted by the "
               "next pass and waits for another builder; 'builder disable --drain' lets a job end "
               "first\n");
    admin.says({"builder", "disable", "frog"}, "builder frog: changed\n");
}

TEST_CASE("a drained builder without a job is disabled at once and enable takes a drain back") {
    Admin admin;
    const auto state = [&](const std::string& name) {
        return admin.farm.value(
            fmt::format("SELECT builderok || ' ' || (drained_by IS NOT NULL) FROM builder WHERE "
                        "name = '{}'",
                        name));
    };
    admin.says({"builder", "disable", "frog", "--drain"}, "builder frog: changed\n");
    CHECK(state("frog") == "false false");
    admin.farm.give(8, "bob");
    const std::string told =
        "its job, build 8 (mozilla-firefox 0.9), ends first: then bob is out of use\n";
    admin.says({"builder", "disable", "bob", "--drain"}, "builder bob: changed\n" + told);
    admin.says({"builder", "disable", "bob", "--drain"}, "builder bob: is so already\n" + told);
    CHECK(state("bob") == "true true");
    admin.says({"builder", "enable", "bob"}, "builder bob: changed\n");
    CHECK(state("bob") == "true false");
    admin.run({"builder", "disable", "bob", "--drain"});
    admin.run({"builder", "disable", "bob"});
    CHECK(state("bob") == "false false");
}

TEST_CASE("a builder that has missed a probe keeps its job when it is drained") {
    Admin admin;
    admin.farm.give(8, "bob");
    admin.farm.sql("UPDATE builder SET builderok = false, next_probe = now() WHERE name = 'bob'");
    admin.run({"builder", "disable", "bob", "--drain"});
    CHECK(admin.farm.value("SELECT disabled_by IS NULL AND drained_by IS NOT NULL FROM builder "
                           "WHERE name = 'bob'") == "true");
    CHECK(admin.run({"builder", "list"}).out.find(", then disabled by ") != std::string::npos);
    admin.farm.sql(
        "UPDATE builder SET failnotes = 'it fell', drain_reason = 'fan' WHERE name = 'bob';"
        "UPDATE buildqueue SET builder = NULL, buildstart = NULL, dispatched = NULL, logtail = "
        "NULL WHERE build = 8");
    CHECK(admin.farm.value("SELECT failnotes FROM builder WHERE name = 'bob'") == "fan; it fell");
}
