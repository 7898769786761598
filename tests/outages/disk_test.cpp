// The disk is full (a small tmpfs; only root may mount one).
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <sys/mount.h>

#include "outages/scene.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scene;
using test::TempFolder;
namespace fs = std::filesystem;

namespace {

// Stands where a folder was, with what was in it.
class SmallDisk {
 public:
    explicit SmallDisk(std::string folder) : path_(std::move(folder)) {
        const TempFolder kept;
        const auto all = fs::copy_options::recursive | fs::copy_options::overwrite_existing;
        fs::copy(path_, kept.path(), all);
        mounted_ = ::mount("none", path_.c_str(), "tmpfs", 0, "size=4m") == 0;
        if (mounted_) fs::copy(kept.path(), path_, all);
    }
    ~SmallDisk() {
        if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool mounted() const { return mounted_; }
    // All but `bytes` are taken.
    void fill(std::uintmax_t bytes) const {
        const auto left = fs::space(path_).available;
        std::ofstream(filler()) << std::string(left > bytes ? left - bytes : 0, 'x');
    }
    void empty() const { fs::remove(filler()); }

 private:
    std::string filler() const { return path_ + "/filler"; }

    std::string path_;
    bool mounted_ = false;
};

std::vector<std::uintmax_t> rooms() {
    constexpr std::uintmax_t page = 4096;
    if (!test::all_outages()) return {0, 4 * page};
    std::vector<std::uintmax_t> out;
    for (std::uintmax_t pages = 0; pages <= 20; ++pages) out.push_back(pages * page);
    return out;
}

}  // namespace

TEST_CASE("a full disk loses nothing and the next passes complete once there is room") {
    const std::string folder = GENERATE(as<std::string>(), "", "librarian");
    int full = 0, done = 0;
    for (const auto room : rooms()) {
        INFO("root/" << folder << " with " << room << " bytes left");
        const TempFolder locks;
        Scene scene;
        auto& it = scene.it;
        it.farm.options["lockfile"] = locks.path() + "/lock";
        it.run({"scan"});
        const SmallDisk disk(it.farm.file(folder));
        if (!disk.mounted()) {
            std::cout << "not shown: a full disk, since a tmpfs may not be mounted here\n";
            return;
        }
        disk.fill(room);
        const int status = it.run({"cycle"});
        INFO(status << ": " << it.log());
        CHECK((status == 0 || status == 69));
        disk.empty();
        CHECK(scene.wrong_after_two_rounds() == "");
        ++(status == 0 ? done : full);
    }
    std::cout << fmt::format("root/{}: {} times full in the middle of a cycle, {} times just not\n",
                             folder, full, done);
}

TEST_CASE("a full disk is one line an hour whatever it keeps from being done") {
    Scene scene;
    auto& it = scene.it;
    it.run({"scan"});
    const SmallDisk disk(it.farm.root());
    if (!disk.mounted()) {
        std::cout << "not shown: a full disk, since a tmpfs may not be mounted here\n";
        return;
    }
    disk.fill(0);
    CHECK(it.run({"cycle"}) == 69);
    INFO(it.log());
    CHECK(it.lines_with("No space left on device") > 1);
    REQUIRE(it.loud().size() == 1);
    CHECK(it.loud().front().starts_with("ERROR   i386 build of "));
    CHECK(it.run({"cycle"}) == 69);
    CHECK(it.loud().empty());
    CHECK(it.run({"status"}) == 0);
    CHECK(it.out().find("No space left on device") != std::string::npos);
}
