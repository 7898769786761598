#include "base/sha1.hpp"

#include "base/digest.hpp"
#include "test.hpp"

using namespace buildd;

TEST_CASE("a digest that was put away at any block is taken up again") {
    std::string bytes;
    for (int i = 0; bytes.size() < 1000; ++i) bytes += std::to_string(i);
    for (std::size_t at = 0; at < bytes.size(); at += Sha1::block) {
        Sha1 first;
        first.update(bytes.substr(0, at));
        auto second = Sha1::restore(first.save());
        REQUIRE(second);
        CHECK(second->length() == at);
        second->update(bytes.substr(at));
        CHECK(second->hex() == digest(DigestKind::sha1, bytes));
        CHECK(first.hex() == digest(DigestKind::sha1, bytes.substr(0, at)));
    }
}

TEST_CASE("a digest of more than 4 GiB is put away with its length") {
    const std::string words = Sha1().save().substr(1);
    auto sha1 = Sha1::restore("8589934592" + words);
    REQUIRE(sha1);
    CHECK(sha1->save() == "8589934592" + words);
    CHECK(sha1->hex() != Sha1::restore("0" + words)->hex());
}

TEST_CASE("what was not written by a digest is not taken for one") {
    const std::string good = Sha1().save();
    CHECK(Sha1::restore(good));
    for (const auto& bad : {std::string(), std::string("0"), good + " 0", good.substr(0, 20),
                            "1" + good.substr(1), "-64" + good.substr(1), "x" + good.substr(1),
                            good.substr(0, good.size() - 1), good + "0", " " + good})
        CHECK_FALSE(Sha1::restore(bad));
}
