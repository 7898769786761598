// Which files are used as locks (lib/base/lock_file.hpp): a lock that anybody else may hold, or
// that empties somebody's file, is none.
#include "base/lock_file.hpp"

#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using test::TempFolder;

namespace {

std::string refusal(const std::string& path) {
    const auto lock = LockFile::try_acquire(path, "cycle");
    return lock ? "" : lock.error().message;
}

unsigned mode_of(const std::string& path) {
    struct stat info {};
    ::stat(path.c_str(), &info);
    return info.st_mode & 07777U;
}

}  // namespace

TEST_CASE("a link in the lock file's place is refused and what it leads to stays as it is") {
    const TempFolder folder;
    const std::string path = folder.path() + "/lock";
    const std::string victim = folder.write("victim", "precious");
    std::filesystem::create_symlink(victim, path);
    CHECK(refusal(path) == path + " is not used as a lock: it is a symbolic link; remove it");
    std::filesystem::remove(path);
    std::filesystem::create_hard_link(victim, path);
    CHECK(refusal(path).find("it has another name (a hard link)") != std::string::npos);
    CHECK(test::read(victim) == "precious");
    std::filesystem::remove(path);
    std::filesystem::create_symlink(folder.path() + "/nowhere", path);
    CHECK(refusal(path).find("symbolic link") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(folder.path() + "/nowhere"));
}

TEST_CASE("a lock file that is no regular file is refused without waiting for it") {
    const TempFolder folder;
    const std::string path = folder.path() + "/lock";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    CHECK(refusal(path) == path + " is not used as a lock: it is not a regular file; remove it");
}

TEST_CASE("a lock file of another user is refused by name and not changed") {
    const TempFolder folder;
    std::string path = "/etc/hostname";  // root's, and readable
    if (::geteuid() == 0) {
        path = folder.write("lock", "theirs");
        REQUIRE(::chown(path.c_str(), 1, 1) == 0);
    }
    const std::string before = test::read(path);
    const std::string why = refusal(path);
    CHECK(why.find(path + " is not used as a lock: it belongs to user '") == 0);
    CHECK(why.find("but this runs as user '") != std::string::npos);
    CHECK(why.ends_with("remove it, and run every command as the same user"));
    CHECK(test::read(path) == before);
}

TEST_CASE("a lock file can be opened by its owner alone though an earlier version made it") {
    const TempFolder folder;
    const std::string path = folder.path() + "/lock";
    REQUIRE(refusal(path).empty());
    CHECK(mode_of(path) == 0600);
    REQUIRE(::chmod(path.c_str(), 0644) == 0);
    REQUIRE(refusal(path).empty());
    CHECK(mode_of(path) == 0600);
}

TEST_CASE("a process that locks the file without writing into it is named by the kernel's list") {
    const TempFolder folder;
    const std::string path = folder.write("lock", "elsewhere\n7\ncycle\n1000\n");
    const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(::flock(fd, LOCK_EX | LOCK_NB) == 0);
    const LockHolder holder = LockFile::read_holder(path);
    ::close(fd);
    CHECK(holder.text() == fmt::format("host '{}', pid {} (test_base)", host_name(), ::getpid()));
    CHECK(LockFile::read_holder(path).host == "elsewhere");
}
