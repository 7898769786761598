// What is made for everybody says nothing of private archives.
#include <regex>

#include "admin.hpp"

using namespace buildd;
using test::Admin;

namespace {

std::string page_of(Admin& admin) {
    const std::string path = admin.farm.file("status.html");
    admin.says({"status", "--html", path}, "");
    static const std::regex time("[0-9-]{10}T[0-9:]{8}Z|[0-9]+ s ago");
    return std::regex_replace(test::read(path), time, "TIME");
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// A private archive that is busy in every way that the page tells of.
constexpr const char* busy_vault = R"(
    INSERT INTO archive (id, distribution, name, purpose, owner, url, private) VALUES
        (90, 1, 'vault', 'PARTNER', 3, 'http://vault.example.org/ubuntu', true);
    INSERT INTO sourcepackagename (id, name) VALUES (90, 'hush');
    INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component) VALUES
        (90, 90, '6.6', 1);
    INSERT INTO sourcepackagepublishinghistory
        (sourcepackagerelease, distroseries, archive, component, status) VALUES
        (90, 3, 90, 1, 'PUBLISHED');
    INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, archive,
        datebuilt, buildduration, for_person, upload_leaf) VALUES
        (90, 1, 6, 'NEEDSBUILD', 90, 90, NULL, NULL, NULL, NULL),
        (91, 1, 6, 'FULLYBUILT', 90, 90, now(), '3 h', NULL, NULL),
        (92, 1, 6, 'CHROOTWAIT', 90, 90, now(), '3 h', NULL, NULL),
        (93, 1, 6, 'MANUALDEPWAIT', 90, 90, now(), '3 h', now(), NULL),
        (94, 1, 6, 'FAILEDTOUPLOAD', 90, 90, now(), '3 h', NULL, '20050401-085438-94-1');
    INSERT INTO buildqueue (id, build, created) VALUES (90, 90, '2005-01-01');
    INSERT INTO mailqueue (build, recipient, subject, message) VALUES (91, 'a@b', 'hush', 'hush');
    INSERT INTO neverbuilt (sourcepackagerelease, distroseries, archive, reason) VALUES
        (90, 3, 90, 'hush');
    INSERT INTO pass (command, host, pid, started, finished, exit_status, summary) VALUES
        ('cycle', 'h', 1, now(), now(), 0, '77 finished');)";

}  // namespace

TEST_CASE("the page for everybody is the same whatever private archives do") {
    Admin admin;
    admin.farm.sql(
        "INSERT INTO pass (command, host, pid, started, finished, exit_status, summary) VALUES "
        "('cycle', 'h', 1, now(), now(), 0, '3 finished');"
        "UPDATE buildqueue SET created = now() - interval '90 min'");
    const std::string before = page_of(admin);
    CHECK(has(before, "exit status 0</p>"));
    admin.farm.sql(busy_vault);
    CHECK(page_of(admin) == before);
    const std::string screen = admin.run({"status"}).out;
    for (const char* told : {"hush 6.6", "archive vault", "77 finished"}) CHECK(has(screen, told));
    admin.farm.sql("UPDATE archive SET private = false");
    CHECK(has(page_of(admin), "hush 6.6"));
}

TEST_CASE("the page for everybody does not tell what a builder does for a private archive") {
    Admin admin;
    admin.farm.sql(busy_vault);
    admin.farm.sql(
        "UPDATE build SET buildstate = 'BUILDING', builder = 2 WHERE id = 90;"
        "UPDATE buildqueue SET builder = 2, buildstart = now() WHERE id = 90");
    CHECK_FALSE(has(page_of(admin), "hush"));
    CHECK(has(page_of(admin),
              "<td class=\"number\">1</td><td class=\"number\">1</td>"));  // idle, building
    admin.farm.sql(
        "DELETE FROM buildqueue WHERE id = 90;"
        "INSERT INTO buildattempt (build, builder, cookie, outcome) VALUES (90, 2, '90-90', "
        "'UNSTARTED');"
        "UPDATE builder SET builderok = false, failnotes = 'no file hush_6.6.dsc' WHERE id = 2");
    const std::string page = page_of(admin);
    CHECK(has(page, "frog"));
    CHECK_FALSE(has(page, "hush"));
    CHECK(has(admin.run({"status"}).out, "no file hush_6.6.dsc"));
}

TEST_CASE(
    "the page for everybody does not tell at which start of a canary a builder was given up") {
    Admin admin;
    admin.farm.sql(
        "UPDATE builder SET builderok = false, failnotes = 'the last: no file hush_6.6.dsc', "
        "disabled_by = 'buildd-master (failure threshold)' WHERE id = 2");
    const std::string page = page_of(admin);
    CHECK_FALSE(has(page, "hush"));
    CHECK(has(page, "each job that it was given to try failed"));
    CHECK(has(admin.run({"status"}).out, "hush"));
}

TEST_CASE("metrics are sums over all archives and name none") {
    Admin admin;
    admin.farm.options["metrics_file"] = admin.farm.file("metrics");
    admin.farm.sql(busy_vault);
    admin.run({"scan"});
    const std::string metrics = test::read(admin.farm.file("metrics"));
    CHECK(has(metrics, "buildd_queue_pending"));
    for (const char* name : {"hush", "vault", "cprov", "primary", "mozilla"})
        CHECK_FALSE(has(metrics, name));
}
