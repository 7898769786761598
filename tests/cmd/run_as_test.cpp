// Root's work is done as the user whom the farm's root folder belongs to.
#include <filesystem>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin.hpp"

using namespace buildd;
using test::Admin;

namespace {

namespace fs = std::filesystem;

void give_to(const std::string& folder, uid_t user) {
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        REQUIRE(::lchown(entry.path().c_str(), user, user) == 0);
    REQUIRE(::lchown(folder.c_str(), user, user) == 0);
}

// Of files and folders that do not belong to `user`.
std::vector<std::string> foreign(const std::string& folder, uid_t user) {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        struct stat info {};
        if (::lstat(entry.path().c_str(), &info) == 0 && info.st_uid != user)
            found.push_back(entry.path());
    }
    return found;
}

}  // namespace

TEST_CASE("a pass run by root leaves nothing behind that the farm's user cannot use") {
    if (::geteuid() != 0) return;  // only root can become another user
    const passwd* nobody = ::getpwnam("nobody");
    REQUIRE(nobody != nullptr);
    const uid_t user = nobody->pw_uid;
    Admin admin;
    admin.farm.sql("DELETE FROM builder");
    give_to(admin.farm.root(), user);
    const std::string log = admin.farm.file("log");
    CHECK(admin.run({"--log-file", log, "-v", "cycle"}).status == 0);
    CHECK(admin.run({"queue", "build"}).status == 0);
    CHECK(test::read(log).find("cycle: 0 builders") != std::string::npos);
    CHECK(foreign(admin.farm.root(), user) == std::vector<std::string>{});
    CHECK(fs::exists(admin.farm.file("farm-uuid")));
}

TEST_CASE("who disabled a builder is the person behind sudo and not the farm's user") {
    Admin admin;
    if (const passwd* nobody = ::getpwnam("nobody"); ::geteuid() == 0 && nobody != nullptr)
        give_to(admin.farm.root(), nobody->pw_uid);
    auto environment = admin.environment();
    environment["USER"] = "somebody";
    const auto disabled_by = [&] {
        admin.farm.sql("UPDATE builder SET builderok = true");
        CHECK(test::run_program({"builder", "disable", "bob"}, environment).status == 0);
        return admin.farm.value("SELECT disabled_by FROM builder WHERE name = 'bob'");
    };
    const std::string without_sudo = disabled_by();
    CHECK(without_sudo != "somebody");
    CHECK(without_sudo != "nobody");
    environment["SUDO_USER"] = "joe";
    CHECK(disabled_by() == "joe");
    environment["SUDO_USER"] = "root";
    CHECK(disabled_by() == without_sudo);
}

TEST_CASE("root stays root where the farm's folder is root's or is not there yet") {
    if (::geteuid() != 0) return;  // only root has a choice
    Admin admin;
    admin.farm.sql("DELETE FROM builder");
    CHECK(admin.run({"cycle"}).status == 0);
    CHECK(foreign(admin.farm.root(), 0) == std::vector<std::string>{});
    admin.farm.options["root"] = admin.farm.file("new");
    CHECK(admin.run({"cycle"}).status == 0);
    CHECK(foreign(admin.farm.file("new"), 0) == std::vector<std::string>{});
}

TEST_CASE("a root folder of a user that nobody knows is refused") {
    if (::geteuid() != 0) return;  // only root can give a folder away
    Admin admin;
    REQUIRE(::chown(admin.farm.root().c_str(), 54321, 54321) == 0);
    admin.fails({"cycle"}, 78,
                "root: " + admin.farm.root() +
                    " belongs to the user id 54321, which this machine does not know");
}
