#include "worker/answers.hpp"

#include "support/temp_folder.hpp"
#include "test.hpp"
#include "xmlrpc/codec.hpp"

using namespace buildd;
using worker::decode_build;
using worker::decode_presence;
using xmlrpc::Array;
using xmlrpc::Value;

TEST_CASE("a file is present only when the builder says so with a boolean") {
    const auto there = decode_presence(Array{Value(true), "Download"});
    REQUIRE(there.has_value());
    CHECK(there->present);
    CHECK(there->info == "Download");
    CHECK_FALSE(decode_presence(Array{Value(false), "404"})->present);
    CHECK(decode_presence(Array{Value(true), Value()})->info.empty());  // the seed's
    CHECK(decode_presence(Array{Value(true), "two\nlines"})->info == "two lines");
    for (const Value& bad :
         {Value("x"), Value(Array{}), Value(Array{Value(true)}), Value(Array{"true", "Download"})})
        CHECK_FALSE(decode_presence(bad).has_value());
}

TEST_CASE(
    "a build has started only when the builder says BUILDING in its own or the seed's words") {
    CHECK(decode_build(Array{"BuilderStatus.BUILDING", "1-1"})->started);
    CHECK(decode_build(Array{"BuildStatus.Building", "text"})->started);
    CHECK(decode_build(Array{"BuilderStatus.BUILDING"})->started);
    const auto refused = decode_build(Array{"BuilderStatus.UNKNOWNSUM", "no such\nfile"});
    CHECK_FALSE(refused->started);
    CHECK(refused->text == "BuilderStatus.UNKNOWNSUM no such file");
    CHECK(decode_build(Array{"BuilderStatus.IDLE", Value()})->text == "BuilderStatus.IDLE");
    for (const Value& bad : {Value("BuilderStatus.BUILDING"), Value(Array{}),
                             Value(Array{Value(), "BuilderStatus.BUILDING"})})
        CHECK_FALSE(decode_build(bad).has_value());
}

TEST_CASE("L36 passwords in a builder's words are masked before they are stored") {
    const Value answer = Array{Value(false), "at http://joe:s3cret@librarian/"};
    CHECK(decode_presence(answer)->info == "at http://joe:***@librarian/");
}

TEST_CASE("a builder's words are quoted in one bounded line") {
    CHECK(worker::in_brief(std::string(1000, 'x')).size() == 300);
}
