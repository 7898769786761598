// A farm with more jobs than builders, and the program on it as the shipped cron lines start it, on
// a clock on which a quarter of an hour goes by between two passes.
#pragma once

#include <filesystem>
#include <fmt/format.h>
#include <fstream>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

namespace buildd::test {

struct BusyFarm : Scenario {
    std::string may_be_lost = "false";  // builds, as SQL
    std::string resting;                // a builder that need not be at work
    int arrivals = 1;                   // sources that are uploaded before a pass
    std::chrono::minutes step{15};      // from pass to pass

    explicit BusyFarm(const std::vector<std::string>& builders = {"ant", "bee", "cow", "dog", "eel",
                                                                  "fox"})
        : Scenario("current", builders) {
        farm.sql(
            "DELETE FROM buildqueue; UPDATE build SET buildstate = 'SUPERSEDED' WHERE buildstate = "
            "'NEEDSBUILD'; UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED'");
        build_well("*");
        publish(12);
    }

    std::string results(const std::string& below = "") const { return results_.path() + below; }
    // Every job that it builds is a good one.
    void build_well(const std::string& who) { fleet.say(who + " outcome OK sources=" + results()); }

    // Sources s1, s2 … of mark's, each with a file and a result of its own.
    void publish(int count) {
        for (int i = 0; i < count; ++i) publish_one(1001 + sources_++);
        queue_build();
    }
    void publish_one(int id) {
        const std::string name = fmt::format("s{}", id - 1000), dsc = name + "_1.dsc";
        const std::string folder = farm.file(fmt::format("librarian/{}/", id));
        std::filesystem::create_directories(folder);
        std::ofstream(folder + dsc) << "Source: " << name << "\n";
        const auto digests = *digest_file(folder + dsc);
        farm.sql(fmt::format(
            "INSERT INTO libraryfilecontent (id, md5, sha1, sha256, filesize) VALUES ({0}, '{3}', "
            "'{4}', '{5}', {6});"
            "INSERT INTO libraryfilealias (id, content, filename) VALUES ({0}, {0}, '{2}');"
            "INSERT INTO sourcepackagename (id, name) VALUES ({0}, '{1}');"
            "INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component, creator, "
            "architecturehintlist) VALUES ({0}, {0}, '1', 1, 1, 'i386');"
            "INSERT INTO sourcepackagereleasefile (sourcepackagerelease, libraryfile) VALUES ({0}, "
            "{0});"
            "INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, distroseries, "
            "archive, component, status) VALUES ({0}, 3, 1, 1, 'PUBLISHED')",
            id, name, dsc, digests.md5, digests.sha1, digests.sha256, digests.size));
        ResultWish wish;
        wish.source = name;
        wish.version = "1";
        make_result(results("/" + name), wish);
    }

    // From now on it is the chroot: a file of its own. Answers its path in the librarian.
    std::string put_chroot(const std::string& name) {
        const int id = 901 + chroots_++;
        const std::string folder = farm.file(fmt::format("librarian/{}/", id)),
                          file = name + ".tar.gz";
        std::filesystem::create_directories(folder);
        std::ofstream(folder + file) << name;
        const auto digests = *digest_file(folder + file);
        farm.sql(fmt::format(
            "INSERT INTO libraryfilecontent (id, md5, sha1, sha256, filesize) VALUES ({0}, '{2}', "
            "'{3}', '{4}', {5});"
            "INSERT INTO libraryfilealias (id, content, filename) VALUES ({0}, {0}, '{1}');"
            "UPDATE pocketchroot SET chroot = {0}",
            id, file, digests.md5, digests.sha1, digests.sha256, digests.size));
        return folder + file;
    }
    std::string log_of(const std::string& end) { return results_.write("log", end + "\n"); }

    void queue_build() {
        const auto status = run({"queue", "build"});
        INFO(log());
        CHECK(status == 0);
    }
    // And `step` goes by. `may_end`: the exit statuses that the manual has for it.
    void pass(const std::vector<int>& may_end = {0}) {
        const int status = run({"cycle"});
        INFO(log());
        CHECK(std::find(may_end.begin(), may_end.end(), status) != may_end.end());
        CHECK(lost() == "");
        farm.let_pass(step);
    }
    // Ten passes of a fault beside which uploads go on.
    void ten_passes(
        const std::vector<int>& may_end, const std::function<void()>& after_each = [] {}) {
        for (int i = 0; i < 10; ++i) {
            publish(arrivals);
            pass(may_end);
            after_each();
        }
    }
    // The fault is over: at the latest after the third pass each builder has a job, or none waits.
    void is_at_work_within_three_passes() {
        for (int i = 0; i < 3 && !trouble().empty(); ++i) pass({0, 69});
        INFO(log());
        CHECK(trouble() == "");
    }
    // All that was uploaded is built, at last, and no author thinks otherwise.
    void all_is_built() {
        for (int i = 0; i < 20 && value("SELECT count(*) FROM buildqueue") != "0"; ++i) pass();
        INFO(log());
        CHECK(value("SELECT string_agg(id || ' ' || buildstate, ', ') FROM build WHERE "
                    "sourcepackagerelease > 1000 AND buildstate <> 'FULLYBUILT'") == "");
        CHECK(value("SELECT count(*) FROM build WHERE sourcepackagerelease > 1000") ==
              std::to_string(sources_));
        CHECK(uncorrected_mails() == "");
    }

    std::string value(const std::string& sql) {
        const auto found = farm.value(sql);
        return found == "NULL" ? "" : found;
    }
    // Good builds that have come to a bad end.
    std::string lost() {
        return value(
            "SELECT string_agg(b.id || ' ' || buildstate, ', ') FROM build b WHERE "
            "sourcepackagerelease > 1000 AND buildstate NOT IN ('NEEDSBUILD', 'BUILDING', "
            "'UPLOADING', 'FULLYBUILT') AND NOT (" +
            may_be_lost + ")");
    }
    // Builders that are out of use or idle beside jobs that wait, and breakers.
    std::string trouble() {
        return value(
            "SELECT string_agg(what, ', ') FROM (SELECT name AS what FROM builder b WHERE name <> "
            "'" +
            resting +
            "' AND (NOT builderok OR quarantined_until IS NOT NULL OR EXISTS (SELECT FROM "
            "buildqueue WHERE builder IS NULL) AND NOT EXISTS (SELECT FROM buildqueue WHERE "
            "builder = b.id)) UNION ALL SELECT words FROM breaker WHERE closed IS NULL) found");
    }
    // Their authors were told of a failure and of nothing that takes it back.
    std::string uncorrected_mails() {
        return value(
            "SELECT string_agg(subject, ', ') FROM (SELECT min(subject) AS subject FROM mailqueue "
            "WHERE build IS NOT NULL GROUP BY build, recipient HAVING count(*) FILTER (WHERE "
            "message NOT LIKE '%is taken back%') > count(*) FILTER (WHERE message LIKE '%is taken "
            "back%')) wrong");
    }
    std::string mails_to_admins(const std::string& subject) {
        return value(
            fmt::format("SELECT count(*) FROM mailqueue WHERE recipient = 'foo.bar@canonical.com' "
                        "AND build IS NULL AND subject LIKE '%{}%'",
                        subject));
    }
    std::string breakers() {
        return value("SELECT string_agg(DISTINCT kind || ' ' || word, ', ') FROM breaker");
    }
    // All who are or were out of use.
    std::string blamed() {
        return value(
            "SELECT string_agg(name, ' ') FROM builder WHERE NOT builderok OR quarantines > 0 OR "
            "failure_count > 0");
    }

 private:
    TempFolder results_;
    int sources_ = 0, chroots_ = 0;
};

}  // namespace buildd::test
