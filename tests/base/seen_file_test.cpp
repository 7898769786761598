#include "base/seen_file.hpp"

#include <filesystem>

#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;

namespace {

const std::string sha1_of_abc = "a9993e364706816aba3e25717850c26c9cd0d89d";
const std::string sha1_of_abd = "cb4cc28df0fdbe0ecf9d9662e294b118092a5735";

}  // namespace

TEST_CASE("a file that nobody has changed keeps its digests") {
    const test::TempFolder folder;
    const auto seen = *SeenFile::read(folder.write("f", "abc"));
    CHECK(seen.digests().sha1 == sha1_of_abc);
    CHECK(*seen.digests_now() == seen.digests());
    std::filesystem::create_hard_link(seen.path(), folder.path() + "/second");
    CHECK(*seen.digests_now() == seen.digests());
}

TEST_CASE("a file that was changed or replaced is read again") {
    const test::TempFolder folder;
    const auto path = folder.write("f", "abc");
    const auto seen = *SeenFile::read(path);
    SECTION("its bytes") {
        folder.write("f", "abd");
        std::filesystem::last_write_time(
            path, std::filesystem::file_time_type::clock::now() + std::chrono::seconds(1));
    }
    SECTION("another file") {
        const auto time = std::filesystem::last_write_time(path);
        std::filesystem::rename(folder.write("g", "abd"), path);
        std::filesystem::last_write_time(path, time);
    }
    CHECK(seen.digests_now()->sha1 == sha1_of_abd);
    CHECK(seen.digests().sha1 == sha1_of_abc);
    std::filesystem::remove(path);
    CHECK_FALSE(seen.digests_now().ok());
    CHECK_FALSE(SeenFile::read(path).ok());
}
