// build hold and build release (behaviour §8).
#include "admin.hpp"

using namespace buildd;
using test::Admin;
using S = BuildState;

TEST_CASE("a held build is not dispatched until it is released and stands where it stood") {
    const fleet::Fleet fleet({"builder bob arch=i386"});
    Admin admin;
    admin.farm.connect(fleet, {"bob"});
    admin.farm.sql("DELETE FROM buildqueue WHERE build = 7; DELETE FROM builder WHERE id = 2");
    const auto job = [&] {
        return admin.farm.value("SELECT lastscore || ' ' || created FROM buildqueue");
    };
    const std::string before = job();
    const auto held = admin.run({"build", "hold", "8", "--reason", "libc first"});
    CHECK(held.out == std::string("build 8, ") + Admin::title + ": held\n");
    admin.farm.pass("cycle");
    CHECK(admin.farm.state(8) == "NEEDSBUILD");
    CHECK(admin.run({"build", "why", "8"})
              .out.find(
                  ": libc first. 'buildd-master build release 8' lets it be dispatched again.") !=
          std::string::npos);
    CHECK(admin.run({"queue", "list"}).out.find("NEEDSBUILD, held by ") != std::string::npos);
    CHECK(admin.run({"queue", "why"}).out.find("1 held by a person") != std::string::npos);
    CHECK(job() == before);
    admin.says({"build", "release", "8"}, std::string("build 8, ") + Admin::title + ": released\n");
    admin.farm.pass("cycle");
    CHECK(admin.farm.state(8) == "BUILDING");
}

TEST_CASE("build hold and release refuse every build that does not wait") {
    for (const S state : test::all_states()) {
        if (state == S::NEEDSBUILD) continue;
        Admin admin;
        admin.put(state);
        INFO(label(state));
        for (const char* command : {"hold", "release"})
            admin.fails({"build", command, "8"}, 65,
                        std::string("build 8 (") + Admin::title + ") is " +
                            std::string(label(state)) +
                            ": only a job that waits can be held or released; nothing was changed");
    }
    Admin none;
    none.farm.sql("DELETE FROM buildqueue WHERE build = 8");
    none.fails({"build", "hold", "7", "8"}, 65,
               std::string("build 8 (") + Admin::title +
                   ") is NEEDSBUILD: it has no job yet: 'queue build' makes one; nothing was "
                   "changed");
    CHECK(none.farm.value("SELECT count(*) FROM buildqueue WHERE parked_by IS NOT NULL") == "0");
    none.says({"build", "release", "7"},
              "build 7, i386 build of pmount 0.1-1 in ubuntu hoary RELEASE: is as it was\n");
}

TEST_CASE("a held build whose source is published no more is made SUPERSEDED by queue build") {
    Admin admin;
    admin.run({"build", "hold", "8"});
    admin.run({"queue", "build"});
    CHECK(admin.farm.state(8) == "NEEDSBUILD");
    admin.farm.sql(
        "UPDATE sourcepackagepublishinghistory SET status = 'DELETED' WHERE sourcepackagerelease "
        "= (SELECT sourcepackagerelease FROM build WHERE id = 8)");
    CHECK(admin.run({"build", "why", "8"})
              .out.find("the next 'buildd-master queue build' makes it SUPERSEDED.") !=
          std::string::npos);
    admin.run({"queue", "build"});
    CHECK(admin.farm.state(8) == "SUPERSEDED");
    CHECK(admin.farm.value("SELECT count(*) FROM buildqueue WHERE build = 8") == "0");
}
