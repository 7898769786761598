// Several terminals at once: imports of the same and of different versions, `archive refresh` and
// `queue build` (buildd-master(1)). ROUNDS=N (masters/imports.sh): so many rounds, each with a new
// source.
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <sys/wait.h>

#include "base/digest.hpp"
#include "support/apt_repository.hpp"
#include "support/measured.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

int wanted_rounds() {
    const char* wish = std::getenv("ROUNDS");
    return wish == nullptr ? 5 : std::atoi(wish);
}

class Terminals {
 public:
    Terminals() {
        it_.farm.sql(
            fmt::format("UPDATE archive SET enabled = id = 1; UPDATE archive SET url = '{}ubuntu/' "
                        "WHERE id = 1",
                        mirror_.web_url()));
        environment_ = it_.farm.environment();
    }

    // Three imports of 1.0 and two of 2.0, two refreshes and two `queue build`s, all at once.
    void play(int round) {
        const std::string name = fmt::format("t{}", round);
        const std::string first = source(name, "1.0"), second = source(name, "2.0");
        apt_.put_index("hoary", "main", "i386",
                       test::stanza("steady", "1") + test::stanza(name, "1.0"));
        apt_.release("hoary");
        std::vector<Started> all;
        for (const auto& dsc : {first, second, first, second, first}) all.push_back(import(dsc));
        for (int i = 0; i < 2; ++i) {
            all.push_back(start("refresh", {"archive", "refresh"}));
            all.push_back(start("queue build", {"queue", "build"}));
        }
        for (const auto& one : all) {
            int status = 0;
            ::waitpid(one.pid, &status, 0);
            ++ends_[fmt::format("{}: {}", one.what, test::status_of(status))];
        }
    }

    Scenario& farm() { return it_; }
    // How programs of each kind ended, and how often.
    const std::map<std::string, int>& ends() const { return ends_; }
    std::string log() const { return test::read(log_file()); }

 private:
    struct Started {
        std::string what;
        pid_t pid;
    };

    std::string log_file() const { return it_.farm.root() + "/terminals.log"; }

    std::string source(const std::string& name, const std::string& version) {
        const std::string tar = fmt::format("{}_{}.tar", name, version);
        const auto digests = digest_file(sources_.write(tar, name + version));
        return sources_.write(
            fmt::format("{}_{}.dsc", name, version),
            fmt::format("Source: {}\nVersion: {}\nArchitecture: any\nFiles:\n {} {} {}\n", name,
                        version, digests->md5, digests->size, tar));
    }

    Started import(const std::string& dsc) {
        return start("import of " + dsc.substr(dsc.rfind('_') + 1),
                     {"source", "import", "--archive", "ubuntu/primary", "--series", "hoary", dsc});
    }

    Started start(const std::string& what, const std::vector<std::string>& words) {
        return {what, test::start_program(words, environment_, log_file())};
    }

    Scenario it_{"current"};
    test::TempFolder web_, sources_;
    fleet::Fleet mirror_{{}, {"--web", "ubuntu=" + web_.path()}};
    test::AptRepository apt_{web_.path()};
    std::map<std::string, std::string> environment_;
    std::map<std::string, int> ends_;
};

}  // namespace

TEST_CASE("imports refreshes and queue builds at once publish no source twice") {
    Terminals terminals;
    const int rounds = wanted_rounds();
    for (int round = 1; round <= rounds; ++round) terminals.play(round);
    auto& farm = terminals.farm().farm;
    UNSCOPED_INFO(terminals.log().substr(0, 4000));
    const std::string of_ours =
        " FROM sourcepackagepublishinghistory p JOIN sourcepackagename n ON n.id = "
        "p.sourcepackagename WHERE n.name ~ '^t[0-9]'";
    const std::string active = of_ours + " AND p.status IN ('PENDING', 'PUBLISHED')";
    const std::string all = std::to_string(rounds);
    CHECK(farm.value("SELECT count(*)" + active) == all);
    CHECK(farm.value("SELECT count(DISTINCT n.name)" + active + " AND p.version = '2.0'") == all);
    const auto twice = farm.value("SELECT count(*) FROM (SELECT 1" + of_ours +
                                  " GROUP BY n.name, p.version HAVING count(*) > 1) x");
    CHECK(twice == "0");
    CHECK(farm.value("SELECT string_agg(name, ' ' ORDER BY name) FROM archivebinary WHERE "
                     "archive = 1") == "steady t" + all);
    CHECK(terminals.farm().run({"queue", "build"}) == 0);
    CHECK(terminals.farm().run({"db", "check"}) == 0);
    std::string told;
    for (const auto& [end, times] : terminals.ends()) {
        const bool older = end == "import of 1.0.dsc: 65", busy = end == "queue build: 75";
        INFO(end);
        CHECK((end.ends_with(": 0") || older || busy));
        told += fmt::format("; {}, {} times", end, times);
    }
    std::cout << fmt::format("{} rounds, {} sources published twice{}\n", rounds, twice, told);
}
