#include "worker/status.hpp"

#include "support/temp_folder.hpp"
#include "test.hpp"
#include "xmlrpc/codec.hpp"

using namespace buildd;
using worker::decode_info;
using worker::decode_status;
using xmlrpc::Array;
using xmlrpc::Bytes;
using xmlrpc::Struct;
using xmlrpc::Value;

namespace {

Value recorded(const std::string& name) {
    auto answer = xmlrpc::decode_response(test::fixture("wire/" + name + ".response.xml"));
    INFO(name);
    REQUIRE(answer.ok());
    return std::get<Value>(std::move(*answer));
}

WorkerStatus status_of(const std::string& name) {
    auto status = decode_status(recorded(name));
    INFO(name << ": " << (status ? "" : status.error().message));
    REQUIRE(status.ok());
    return std::move(*status);
}

std::string refusal(const Value& answer) {
    const auto status = decode_status(answer);
    REQUIRE_FALSE(status.ok());
    return status.error().message;
}

Struct waiting(const char* build_status) {
    return {{"builder_status", "BuilderStatus.WAITING"},
            {"build_status", build_status},
            {"build_id", "1-1"},
            {"filemap", Struct{}},
            {"dependencies", ""}};
}

}  // namespace

TEST_CASE("an idle builder of either generation has the same normal form") {
    for (const char* name : {"status-idle", "old-v118-status-idle", "old-v2011-status-idle"}) {
        const auto status = status_of(name);
        CHECK(status.builder_status == BuilderStatus::IDLE);
        CHECK(status.build_id.empty());
        CHECK_FALSE(status.build_status.has_value());
        CHECK_FALSE(status.logtail.has_value());
        CHECK_FALSE(status.filemap.has_value());
        CHECK_FALSE(status.dependencies.has_value());
    }
    CHECK(status_of("status-idle").version == "254");
    CHECK(status_of("old-v118-status-idle").version.empty());
}

TEST_CASE("a building builder of either generation gives id and log tail") {
    const auto current = status_of("status-building");
    CHECK(current.builder_status == BuilderStatus::BUILDING);
    CHECK(current.build_id == "PACKAGEBUILD-1");
    CHECK(current.logtail->starts_with("https://example.com/build/1\n"));
    for (const char* name : {"old-v118-status-building", "old-v2011-status-building"}) {
        const auto classic = status_of(name);
        CHECK(classic.builder_status == BuilderStatus::BUILDING);
        CHECK(classic.build_id == "7-42");
        CHECK_FALSE(classic.logtail->empty());
        CHECK_FALSE(classic.build_status.has_value());
    }
    CHECK(status_of("status-building-first").logtail.has_value());
    CHECK(status_of("status-building-junk-bytes").logtail->size() == 2048);
}

TEST_CASE("a finished build of either generation gives its files") {
    const auto current = status_of("status-waiting-ok-epoch-tilde");
    CHECK(current.builder_status == BuilderStatus::WAITING);
    CHECK(current.build_status == BuildStatus::OK);
    CHECK(current.build_id == "PACKAGEBUILD-1");
    CHECK(current.filemap->size() == 4);
    CHECK(current.filemap->at("tinytilde_1.0~rc1+b1_amd64.deb") ==
          "2240f835936ac55ae757ccb2bc512df03230742c");
    for (const char* name : {"old-v118-status-waiting-ok", "old-v2011-status-waiting-ok"}) {
        const auto classic = status_of(name);
        CHECK(classic.build_status == BuildStatus::OK);
        CHECK(classic.build_id == "7-42");
        CHECK(classic.filemap->size() == 2);
        CHECK_FALSE(classic.dependencies.has_value());
    }
}

TEST_CASE("missing dependencies are text with their relations") {
    CHECK(status_of("status-waiting-depfail-less-than").dependencies ==
          "hello (<< 1.0), debhelper (>= 99)");
    CHECK(status_of("old-v118-status-waiting-depfail").dependencies == "no-such-package-at-all");
}

TEST_CASE("every recorded end of a build has its status") {
    const std::vector<std::pair<const char*, BuildStatus>> ends{
        {"status-waiting-packagefail", BuildStatus::PACKAGEFAIL},
        {"status-waiting-chrootfail", BuildStatus::CHROOTFAIL},
        {"status-waiting-builderfail", BuildStatus::BUILDERFAIL},
        {"status-waiting-givenback", BuildStatus::GIVENBACK},
        {"status-waiting-aborted", BuildStatus::ABORTED},
        {"status-waiting-depfail", BuildStatus::DEPFAIL},
        {"old-v118-status-waiting-packagefail", BuildStatus::PACKAGEFAIL},
        {"old-v118-status-waiting-chrootfail", BuildStatus::CHROOTFAIL},
        {"old-v118-status-after-abort", BuildStatus::ABORTED},
        {"old-v2011-status-waiting-packagefail", BuildStatus::PACKAGEFAIL},
        {"old-v2011-status-waiting-chrootfail", BuildStatus::CHROOTFAIL},
    };
    for (const auto& [name, end] : ends) {
        const auto status = status_of(name);
        INFO(name);
        CHECK(status.builder_status == BuilderStatus::WAITING);
        CHECK(status.build_status == end);
        CHECK_FALSE(status.build_id.empty());
    }
}

TEST_CASE("aborting and aborted builders of either generation name their job") {
    for (const char* name :
         {"status-aborting", "old-v118-status-aborting", "old-v2011-status-aborting"})
        CHECK(status_of(name).builder_status == BuilderStatus::ABORTING);
    const auto aborted = status_of("old-v2011-status-after-abort");
    CHECK(aborted.builder_status == BuilderStatus::ABORTED);
    CHECK(aborted.build_id == "7-44");
}

TEST_CASE("unknown statuses are kept as text") {
    const auto builder = decode_status(Array{"BuilderStatus.RESTING", "1-1"});
    REQUIRE(builder.ok());
    CHECK(builder->builder_status == BuilderStatus::UNKNOWN);
    CHECK(builder->raw_builder_status == "BuilderStatus.RESTING");
    const auto build = decode_status(Value(waiting("BuildStatus.SHINY")));
    REQUIRE(build.ok());
    CHECK(build->build_status == BuildStatus::UNKNOWN);
    CHECK(build->raw_build_status == "BuildStatus.SHINY");
}

TEST_CASE("extra parts of an answer are ignored") {
    Struct idle{{"builder_status", "BuilderStatus.IDLE"}, {"new", Array{"x"}}};
    CHECK(decode_status(Value(idle)).ok());
    CHECK(decode_status(Array{"BuilderStatus.IDLE", "", "x", std::int64_t{7}}).ok());
    CHECK(decode_status(Array{"BuilderStatus.WAITING", "BuildStatus.OK", "1-1", Struct{}, "", "x"})
              .ok());
}

TEST_CASE("the seed's answers without dependencies or with None are taken") {
    const auto none =
        decode_status(Array{"BuilderStatus.WAITING", "BuildStatus.OK", "1-1", Struct{}, Value()});
    REQUIRE(none.ok());
    CHECK(none->filemap->empty());
    CHECK_FALSE(none->dependencies.has_value());
    CHECK(decode_status(Array{"BuilderStatus.WAITING", "BuildStatus.OK", "1-1", Struct{}}).ok());
}

TEST_CASE("missing and wrongly typed parts make an answer malformed") {
    CHECK(refusal(Value("x")) == "its status is a string, neither array nor struct");
    CHECK(refusal(Array{}) == "its status has no builder status");
    CHECK(refusal(Array{std::int64_t{1}}) == "its builder status is a int, not a string");
    CHECK(refusal(Array{"BuilderStatus.BUILDING"}) == "its status has no build id");
    CHECK(refusal(Array{"BuilderStatus.BUILDING", "1-1"}) ==
          "its logtail is missing or not base64");
    CHECK(refusal(Array{"BuilderStatus.BUILDING", "1-1", "text"}) ==
          "its logtail is missing or not base64");
    CHECK(refusal(Array{"BuilderStatus.WAITING"}) == "its status has no build id");
    CHECK(refusal(Array{"BuilderStatus.WAITING", Value(), "1-1"}) ==
          "its build status is a nil, not a string");
    CHECK(refusal(Array{"BuilderStatus.WAITING", "BuildStatus.OK", "1-1"}) ==
          "its filemap is missing or no struct");
    Struct bad = waiting("BuildStatus.DEPFAIL");
    bad["dependencies"] = std::int64_t{3};
    CHECK(refusal(Value(bad)) == "its dependencies is a int, not a string");
}

TEST_CASE("answers beyond the limits are malformed") {
    CHECK(refusal(Array{"BuilderStatus.ABORTING", std::string(201, '1')}) ==
          "its build id is longer than 200 bytes");
    CHECK(refusal(Array{"BuilderStatus.BUILDING", "1-1", Bytes{std::string(65537, 'x')}}) ==
          "its logtail is longer than 65536 bytes");
    Struct many = waiting("BuildStatus.OK");
    Struct files;
    for (int i = 0; i <= 1000; ++i) files[std::to_string(i)] = std::string(40, 'a');
    many["filemap"] = files;
    CHECK(refusal(Value(many)) == "it offers more than 1000 files");
    Struct sums = waiting("BuildStatus.OK");
    for (const auto& sum : {std::string(39, 'a'), std::string(40, 'A'), std::string("../../etc")}) {
        sums["filemap"] = Struct{{"f", sum}};
        CHECK(refusal(Value(sums)) == "the digest of 'f' is not 40 lower-case hex digits");
    }
}

TEST_CASE("info of either generation is decoded and binarypackage is preferred") {
    const auto current = decode_info(recorded("info"));
    REQUIRE(current.ok());
    CHECK(current->protocol_version == "1.0");
    CHECK(current->architecture_tag == "amd64");
    CHECK(build_type_for(*current) == "binarypackage");
    const auto between = decode_info(recorded("old-v118-info"));
    REQUIRE(between.ok());
    CHECK(build_type_for(*between) == "binarypackage");
    const auto classic = decode_info(Array{"1.0", "i386", Array{"debian"}});
    CHECK(build_type_for(*classic) == "debian");
    const auto seed = decode_info(Array{"1.0", "i386", "debian"});
    CHECK(build_type_for(*seed) == "debian");
    CHECK_FALSE(build_type_for({"1.0", "i386", {"livefs"}}).has_value());
}

TEST_CASE("malformed info is refused") {
    CHECK(decode_info(Value("x")).error().message == "its info is no array of three");
    CHECK(decode_info(Array{"1.0", "i386"}).error().message == "its info is no array of three");
    CHECK_FALSE(decode_info(Array{Value(), "i386", Array{}}).ok());
    CHECK_FALSE(decode_info(Array{"1.0", std::int64_t{1}, Array{}}).ok());
    CHECK(decode_info(Array{"1.0", "i386", Struct{}}).error().message ==
          "its build types are no array");
    CHECK(decode_info(Array{"1.0", "i386", Array(101, Value("x"))}).error().message ==
          "its build types are no array");
    CHECK(decode_info(Array{"1.0", "i386", Array{std::int64_t{1}, "debian"}})->build_types ==
          std::vector<std::string>{"debian"});
}
