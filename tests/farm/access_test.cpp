// Who can read what a farm writes of private archives and of others, whatever the umask.
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "farm/job_folder.hpp"
#include "farm/log_file.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;
namespace fs = std::filesystem;

namespace {

class Umask {
 public:
    explicit Umask(mode_t mask) : before_(::umask(mask)) {}
    ~Umask() { ::umask(before_); }
    Umask(const Umask&) = delete;
    Umask& operator=(const Umask&) = delete;

 private:
    mode_t before_;
};

unsigned mode_of(const std::string& path) {
    struct stat info {};
    REQUIRE(::lstat(path.c_str(), &info) == 0);
    return info.st_mode & 07777U;
}

// One that files can be given to and that new ones do not have ("": there is none).
std::string other_group() {
    if (::geteuid() == 0) return "daemon";
    std::array<gid_t, 256> groups{};
    const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
    for (int i = 0; i < count; ++i)
        if (const group* one = ::getgrgid(groups.at(static_cast<std::size_t>(i)));
            one != nullptr && one->gr_gid != ::getegid())
            return one->gr_name;
    return "";
}

gid_t group_of(const std::string& path) {
    struct stat info {};
    REQUIRE(::lstat(path.c_str(), &info) == 0);
    return info.st_gid;
}

// What is not as it should be below a folder, itself included.
std::vector<std::string> wrong_in(const std::string& folder, bool restricted) {
    std::vector<std::string> wrong;
    const auto look = [&](const fs::path& path) {
        const unsigned file = restricted ? 0640 : 0644, directory = restricted ? 0750 : 0755;
        const unsigned mode = mode_of(path);
        if (mode != (fs::is_directory(path) ? directory : file))
            wrong.push_back(fmt::format("{} {:o}", path.string(), mode));
    };
    look(folder);
    for (const auto& entry : fs::recursive_directory_iterator(folder)) look(entry.path());
    return wrong;
}

// Build 8 has come to its end; its leaf lies in `folder`.
std::string leaf_in(Scenario& it, const std::string& folder) {
    const auto leaves = list_folder(it.farm.file(folder));
    REQUIRE(leaves->size() == 1);
    return it.farm.file(folder + "/" + leaves->front());
}

const std::vector<std::string> nothing;

}  // namespace

TEST_CASE("files of a private archive are read by owner and group alone whatever the umask is") {
    const test::TempFolder results;
    test::make_result(results.path());
    const Umask umask(GENERATE(as<mode_t>(), 0, 077));
    const bool is_private = GENERATE(true, false);
    INFO(is_private);
    Scenario it("current");
    it.farm.sql(fmt::format("UPDATE archive SET private = {}", is_private));
    it.farm.options["uploader"] = "/bin/sh -c 'exit 75'";
    it.set_up_job();
    CHECK(it.collect_waiting("OK", "files=" + results.path()) <= 1);
    CHECK(wrong_in(leaf_in(it, "incoming"), is_private) == nothing);
    it.farm.options.erase("uploader");
    fs::remove_all(it.farm.file("children"));
    CHECK(it.run({"work"}) <= 1);
    CHECK(it.farm.state(8) == "FULLYBUILT");
    CHECK(wrong_in(leaf_in(it, "accepted"), is_private) == nothing);
    if (is_private) CHECK(wrong_in(it.farm.file("librarian/restricted"), true) == nothing);
    for (const auto& id :
         it.farm.db().rows("SELECT id FROM libraryfilealias WHERE NOT restricted AND id > 100"))
        CHECK(wrong_in(it.farm.file("librarian/" + id), false) == nothing);
    CHECK(it.farm.value("SELECT bool_and(restricted) FROM libraryfilealias WHERE id > 100") ==
          (is_private ? "true" : "false"));
}

TEST_CASE("what an uploader leaves of a private archive is closed whatever its umask is") {
    Scenario it("current");
    const test::TempFolder results;
    test::make_result(results.path());
    it.farm.sql("UPDATE archive SET private = true");
    it.uploader("umask 0; echo no >$2; mkdir ${2%/*}/more; echo x >${2%/*}/more/x; exit 1");
    it.set_up_job();
    CHECK(it.collect_waiting("OK", "files=" + results.path()) <= 1);
    CHECK(it.farm.state(8) == "FAILEDTOUPLOAD");
    const std::string leaf = leaf_in(it, "failed-to-move");
    CHECK(exists(leaf + "/more/x"));
    CHECK(wrong_in(leaf, true) == nothing);
}

TEST_CASE("what is fetched of a private archive's job is closed from the first byte") {
    const Umask umask(0);
    test::TestFarm farm;
    const bool is_private = GENERATE(true, false);
    farm::JobFolder folder(farm.settings().settings, Cookie{{8}, {1}}, is_private);
    farm::LogFile log(folder);
    REQUIRE(log.open(1000).ok());
    log.total() = 9;
    REQUIRE(log.write("some").ok());
    REQUIRE(log.rest().ok());
    CHECK(list_folder(folder.path)->size() == 2);
    CHECK(wrong_in(folder.path, is_private) == nothing);
}

TEST_CASE("a file of a private archive is closed while it is being stored") {
    const Umask umask(0);
    const test::TempFolder folder;
    const Librarian librarian(folder.path(), {});
    const auto stored = librarian.begin({7}, true);
    REQUIRE(stored.ok());
    CHECK(mode_of(folder.path() + "/pending/7") == 0640);
}

TEST_CASE("restricted files are given to the web server's group") {
    const std::string name = other_group();
    if (name.empty()) {
        WARN("not looked at: who runs the tests may give files to no other group");
        return;
    }
    const gid_t wanted = ::getgrnam(name.c_str())->gr_gid;
    const test::TempFolder folder;
    const Librarian librarian(folder.path(), {}, name);
    auto stored = librarian.begin({7}, true);
    REQUIRE(stored.ok());
    REQUIRE(stored->write("x").ok());
    REQUIRE(stored->finish("a", "text/plain").ok());
    for (const char* path : {"restricted", "restricted/7", "restricted/7/a"})
        CHECK(group_of(folder.path() + "/" + path) == wanted);
}

TEST_CASE("a group that does not fit is named and nothing restricted is stored until it does") {
    Scenario it("current");
    it.farm.options["restricted_group"] = "no-such-group";
    CHECK(it.run({"config", "check"}) == 78);
    CHECK(it.lines_with("restricted_group: there is no group 'no-such-group'") == 1);
    it.farm.sql("UPDATE archive SET private = true");
    it.set_up_job();
    CHECK(it.collect_waiting("PACKAGEFAIL") == 69);
    CHECK(it.farm.state(8) == "BUILDING");
    it.farm.options.erase("restricted_group");
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.farm.state(8) == "FAILEDTOBUILD");
}

TEST_CASE("the restricted folder of an older version is closed by the next command") {
    Scenario it("current");
    fs::create_directories(it.farm.file("librarian/restricted"));
    fs::permissions(it.farm.file("librarian/restricted"), fs::perms::all);
    CHECK(it.run({"scan"}) == 0);
    CHECK(mode_of(it.farm.file("librarian/restricted")) == 0750);
}

TEST_CASE("the restricted folder of an older version is the web server's group's at once") {
    const std::string name = other_group();
    if (name.empty()) {
        WARN("not looked at: who runs the tests may give files to no other group");
        return;
    }
    Scenario it("current");
    it.farm.options["restricted_group"] = name;
    fs::create_directories(it.farm.file("librarian/restricted"));
    CHECK(it.run({"scan"}) == 0);
    CHECK(group_of(it.farm.file("librarian/restricted")) == ::getgrnam(name.c_str())->gr_gid);
    CHECK(mode_of(it.farm.file("librarian/restricted")) == 0750);
}

TEST_CASE("files that another group read before are given to the one that is set") {
    const std::string name = other_group();
    if (name.empty()) {
        WARN("not looked at: who runs the tests may give files to no other group");
        return;
    }
    Scenario it("current");
    const std::string folder = it.farm.file("librarian/restricted");
    it.farm.sql("UPDATE libraryfilealias SET restricted = true WHERE id = 1");
    fs::create_directories(folder);
    fs::rename(it.farm.file("librarian/1"), folder + "/1");
    it.run({"db", "check", "--repair"});
    it.farm.options["restricted_group"] = name;
    it.run({"db", "check", "--repair"});
    for (const std::string path : {"", "/1", "/1/chroot-hoary-i386.tar.gz"}) {
        CHECK(group_of(folder + path) == ::getgrnam(name.c_str())->gr_gid);
        CHECK((mode_of(folder + path) & 07U) == 0);
    }
}
