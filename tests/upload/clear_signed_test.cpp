#include "upload/clear_signed.hpp"

#include "test.hpp"

using namespace buildd;

namespace {

const std::string signature = "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n";

std::string with(const std::string& text) {
    return "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + text + signature;
}

}  // namespace

TEST_CASE("a clear-signed text is taken apart as it was signed") {
    const auto parts = split_clear_signed(with("Origin: x \r\n- -dash\n- From\n"));
    REQUIRE(parts.ok());
    CHECK(parts->text == "Origin: x\n-dash\nFrom");
    CHECK(parts->signature == signature);
    CHECK(split_clear_signed(with("a: b\n") + "\n\n").ok());
}

TEST_CASE("what is not exactly one signed text is not taken apart") {
    const std::string good = with("a: b\n");
    for (const auto& bad :
         {std::string(), std::string("a: b\n"), "a: b\n" + good, good + "a: b\n", good + good,
          good.substr(0, good.size() - 5), good.substr(0, good.find("-----BEGIN PGP SIGNATURE")),
          "-----BEGIN PGP SIGNED MESSAGE-----\nInjected: x\n\na: b\n" + signature})
        CHECK_FALSE(split_clear_signed(bad).ok());
}
