#include "base/nearest.hpp"

#include "test.hpp"

using buildd::nearest;

TEST_CASE("a mistyped name is taken for the nearest known one") {
    const std::vector<std::string> known{"upload_jobs", "uploader", "root"};
    CHECK(nearest("upload_job", known) == "upload_jobs");
    CHECK(nearest("uplaoder", known) == "uploader");
    CHECK(nearest("upload-jobs", known) == "upload_jobs");
    CHECK(nearest("roots", known) == "root");
    CHECK(nearest("root", {}) == std::nullopt);
}

TEST_CASE("a name that resembles no known one is taken for none") {
    const std::vector<std::string> known{"upload_jobs", "root"};
    CHECK(nearest("", known) == std::nullopt);
    CHECK(nearest("boat", known) == std::nullopt);
    CHECK(nearest("mail", known) == std::nullopt);
    CHECK(nearest("root" + std::string(10'000, 't'), known) == std::nullopt);
}
