// Moving a leaf to a folder that lies in another file system.
#include "base/move_across.hpp"

#include <filesystem>
#include <stdexcept>

#include "base/files.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using test::TempFolder;
namespace fs = std::filesystem;

namespace {

// Linux has a file system of its own there.
struct OtherDisk {
    OtherDisk() {
        if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("no /dev/shm");
    }
    ~OtherDisk() { fs::remove_all(path); }
    std::string path = "/dev/shm/buildd-test-XXXXXX";
};

struct Leaf {
    TempFolder folder;
    OtherDisk disk;
    std::string from = folder.path() + "/leaf", to = disk.path + "/leaf";

    Leaf() {
        folder.write("leaf/ubuntu/a.deb", "abc");
        folder.write("leaf/uploader.log", "log\n");
        fs::create_symlink("nowhere", from + "/link");
        fs::permissions(from + "/uploader.log", fs::perms(0640));
    }
    void is_there_alone() const {
        CHECK(*list_folder(to) == std::vector<std::string>{"link", "ubuntu", "uploader.log"});
        CHECK(test::read(to + "/ubuntu/a.deb") == "abc");
        CHECK(fs::read_symlink(to + "/link") == "nowhere");
        CHECK(fs::status(to + "/uploader.log").permissions() == fs::perms(0640));
        CHECK(list_folder(folder.path())->empty());
        CHECK(*list_folder(disk.path) == std::vector<std::string>{"leaf"});
    }
};

}  // namespace

TEST_CASE("a tree is moved to another file system with all that is in it") {
    const Leaf leaf;
    const auto moved = move_durably(leaf.from, leaf.to);
    INFO((moved ? "" : moved.error().message));
    CHECK(moved.ok());
    leaf.is_there_alone();
}

TEST_CASE("a move to another file system never overwrites") {
    const Leaf leaf;
    fs::create_directories(leaf.to + "/ubuntu");
    CHECK(move_durably(leaf.from, leaf.to).error().message.ends_with("File exists"));
    CHECK(*list_folder(leaf.to) == std::vector<std::string>{"ubuntu"});
    CHECK(exists(leaf.from + "/ubuntu/a.deb"));
}

TEST_CASE("a move to another file system that was killed is finished by the next") {
    const std::string reached = GENERATE("copying", "copied", "removing");
    INFO(reached);
    const Leaf leaf;
    if (reached == "copying") {
        fs::create_directories(leaf.to + moving_suffix);
        fs::copy(leaf.from + "/uploader.log", leaf.to + moving_suffix);
    } else {
        fs::copy(leaf.from, leaf.to, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    }
    if (reached == "removing") fs::create_directories(leaf.from + moved_suffix + "/ubuntu");
    CHECK(move_durably(leaf.from, leaf.to).ok());
    leaf.is_there_alone();
}

TEST_CASE("a log that has grown since a killed process made its copy comes along") {
    const Leaf leaf;
    fs::copy(leaf.from, leaf.to, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    leaf.folder.write("leaf/uploader.log", "log\nof another try\n");
    fs::permissions(leaf.from + "/uploader.log", fs::perms(0640));
    CHECK(move_durably(leaf.from, leaf.to).ok());
    leaf.is_there_alone();
    CHECK(test::read(leaf.to + "/uploader.log") == "log\nof another try\n");
}
