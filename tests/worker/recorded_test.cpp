// Every answer recorded from a real builder, of either generation. The table was written with an
// XML-RPC library of another language, not with ours.
#include <filesystem>
#include <set>

#include "support/temp_folder.hpp"
#include "test.hpp"
#include "worker/status.hpp"
#include "xmlrpc/codec.hpp"

using namespace buildd;

namespace {

struct Recorded {
    const char* name;
    std::string builder_status, build_status, build_id;
    int logtail, files;  // -1: none
    std::string dependencies;
};

// clang-format off
const std::vector<Recorded> recorded_statuses{
    {"old-v118-status-aborting", "ABORTING", "", "7-44", -1, -1, ""},
    {"old-v118-status-after-abort-later", "WAITING", "ABORTED", "7-44", -1, -1, ""},
    {"old-v118-status-after-abort", "WAITING", "ABORTED", "7-44", -1, -1, ""},
    {"old-v118-status-building", "BUILDING", "", "7-42", 1110, -1, ""},
    {"old-v118-status-idle-after-abort-clean-later", "IDLE", "", "", -1, -1, ""},
    {"old-v118-status-idle-after-abort-clean", "IDLE", "", "", -1, -1, ""},
    {"old-v118-status-idle", "IDLE", "", "", -1, -1, ""},
    {"old-v118-status-waiting-chrootfail", "WAITING", "CHROOTFAIL", "7-43", -1, -1, ""},
    {"old-v118-status-waiting-depfail", "WAITING", "DEPFAIL", "7-42", -1, 0, "no-such-package-at-all"},
    {"old-v118-status-waiting-ok", "WAITING", "OK", "7-42", -1, 2, ""},
    {"old-v118-status-waiting-packagefail", "WAITING", "PACKAGEFAIL", "7-42", -1, 0, ""},
    {"old-v2011-status-aborting", "ABORTING", "", "7-44", -1, -1, ""},
    {"old-v2011-status-after-abort-later", "ABORTED", "", "7-44", -1, -1, ""},
    {"old-v2011-status-after-abort", "ABORTED", "", "7-44", -1, -1, ""},
    {"old-v2011-status-building", "BUILDING", "", "7-42", 1129, -1, ""},
    {"old-v2011-status-idle-after-abort-clean-later", "IDLE", "", "", -1, -1, ""},
    {"old-v2011-status-idle-after-abort-clean", "IDLE", "", "", -1, -1, ""},
    {"old-v2011-status-idle", "IDLE", "", "", -1, -1, ""},
    {"old-v2011-status-waiting-chrootfail", "WAITING", "CHROOTFAIL", "7-43", -1, -1, ""},
    {"old-v2011-status-waiting-depfail", "WAITING", "DEPFAIL", "7-42", -1, 0, "no-such-package-at-all"},
    {"old-v2011-status-waiting-ok", "WAITING", "OK", "7-42", -1, 2, ""},
    {"old-v2011-status-waiting-packagefail", "WAITING", "PACKAGEFAIL", "7-42", -1, 0, ""},
    {"status-aborting", "ABORTING", "", "PACKAGEBUILD-77", -1, -1, ""},
    {"status-after-fault-build-args-nil", "BUILDING", "", "B-4", 0, -1, ""},
    {"status-after-fault-build-id-with-slash", "BUILDING", "", "B/5", 28, -1, ""},
    {"status-after-fault-build-int-id", "IDLE", "", "", -1, -1, ""},
    {"status-after-fault-build-missing-series", "BUILDING", "", "B-2", 28, -1, ""},
    {"status-after-fault-build-missing-suite", "BUILDING", "", "B-1", 0, -1, ""},
    {"status-after-fault-build-no-dsc", "BUILDING", "", "B-3", 0, -1, ""},
    {"status-building-after-rejected-build", "BUILDING", "", "PACKAGEBUILD-10", 0, -1, ""},
    {"status-building-first", "BUILDING", "", "PACKAGEBUILD-1", 106, -1, ""},
    {"status-building-junk-bytes", "BUILDING", "", "J-1", 2048, -1, ""},
    {"status-building-long-log", "BUILDING", "", "PACKAGEBUILD-1", 2048, -1, ""},
    {"status-building-private-log", "BUILDING", "", "P-1", 1994, -1, ""},
    {"status-building-sbuild", "BUILDING", "", "PACKAGEBUILD-77", 2048, -1, ""},
    {"status-building", "BUILDING", "", "PACKAGEBUILD-1", 595, -1, ""},
    {"status-idle-gzip-offered", "IDLE", "", "", -1, -1, ""},
    {"status-idle-http10", "IDLE", "", "", -1, -1, ""},
    {"status-idle-noparams-elem", "IDLE", "", "", -1, -1, ""},
    {"status-idle", "IDLE", "", "", -1, -1, ""},
    {"status-stuck-aborting-args-nil", "ABORTING", "", "B-4", -1, -1, ""},
    {"status-stuck-aborting-id-with-slash", "ABORTING", "", "B/5", -1, -1, ""},
    {"status-stuck-aborting-missing-series", "ABORTING", "", "B-2", -1, -1, ""},
    {"status-stuck-aborting-missing-suite", "ABORTING", "", "B-1", -1, -1, ""},
    {"status-stuck-aborting-no-dsc", "ABORTING", "", "B-3", -1, -1, ""},
    {"status-waiting-aborted-during-unpack", "WAITING", "ABORTED", "PACKAGEBUILD-1", -1, -1, ""},
    {"status-waiting-aborted-late", "WAITING", "ABORTED", "PACKAGEBUILD-1", -1, -1, ""},
    {"status-waiting-aborted", "WAITING", "ABORTED", "PACKAGEBUILD-77", -1, -1, ""},
    {"status-waiting-after-rejected-build", "WAITING", "OK", "PACKAGEBUILD-10", -1, 4, ""},
    {"status-waiting-builderfail", "WAITING", "BUILDERFAIL", "PACKAGEBUILD-1", -1, -1, ""},
    {"status-waiting-chrootfail-clobbered-id", "WAITING", "CHROOTFAIL", "2", -1, -1, ""},
    {"status-waiting-chrootfail-no-archive-lines", "WAITING", "CHROOTFAIL", "PACKAGEBUILD-1", -1, -1, ""},
    {"status-waiting-chrootfail", "WAITING", "CHROOTFAIL", "PACKAGEBUILD-3", -1, -1, ""},
    {"status-waiting-depfail-less-than", "WAITING", "DEPFAIL", "PACKAGEBUILD-1", -1, 0, "hello (<< 1.0), debhelper (>= 99)"},
    {"status-waiting-depfail", "WAITING", "DEPFAIL", "PACKAGEBUILD-1", -1, 0, "no-such-package-at-all (>= 2.0)"},
    {"status-waiting-givenback", "WAITING", "GIVENBACK", "PACKAGEBUILD-1", -1, -1, ""},
    {"status-waiting-ok-epoch-tilde", "WAITING", "OK", "PACKAGEBUILD-1", -1, 4, ""},
    {"status-waiting-ok-hello", "WAITING", "OK", "PACKAGEBUILD-28", -1, 3, ""},
    {"status-waiting-ok-keys", "WAITING", "OK", "PACKAGEBUILD-1", -1, 4, ""},
    {"status-waiting-ok-noindep-private", "WAITING", "OK", "PACKAGEBUILD-1", -1, 3, ""},
    {"status-waiting-ok", "WAITING", "OK", "PACKAGEBUILD-1", -1, 4, ""},
    {"status-waiting-packagefail", "WAITING", "PACKAGEFAIL", "PACKAGEBUILD-1", -1, 0, ""},
};
// clang-format on

const std::string suffix = ".response.xml";

std::vector<std::string> recorded_answers() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(FIXTURES "/wire")) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(suffix)) names.push_back(name.substr(0, name.size() - suffix.size()));
    }
    return names;
}

bool is_status(const std::string& name) {
    return name.find("status") != std::string::npos &&
           name.find("status_dict") == std::string::npos;
}

// Answered with a Fault though their names do not begin so.
const std::set<std::string> unnamed_faults{"old-v2011-fault-no-status_dict",
                                           "old-v2011-abort-while-aborting", "echo-i8-untyped",
                                           "system-listMethods"};

std::string unprefixed(const std::string& raw) {
    return raw.substr(raw.find('.') + 1);
}

}  // namespace

TEST_CASE("every recorded status of either generation has its normal form") {
    for (const auto& row : recorded_statuses) {
        INFO(row.name);
        auto answer =
            xmlrpc::decode_response(test::fixture(std::string("wire/") + row.name + suffix));
        REQUIRE(answer.ok());
        const auto status = worker::decode_status(std::get<xmlrpc::Value>(*answer));
        REQUIRE(status.ok());
        CHECK(status->builder_status != BuilderStatus::UNKNOWN);
        CHECK(unprefixed(status->raw_builder_status) == row.builder_status);
        CHECK(status->build_status.has_value() == !row.build_status.empty());
        CHECK(unprefixed(status->raw_build_status) == row.build_status);
        CHECK(status->build_id == row.build_id);
        CHECK((status->logtail ? static_cast<int>(status->logtail->size()) : -1) == row.logtail);
        CHECK((status->filemap ? static_cast<int>(status->filemap->size()) : -1) == row.files);
        CHECK(status->dependencies.value_or("") == row.dependencies);
    }
}

TEST_CASE("no recorded status is left out of the table") {
    std::set<std::string> known;
    for (const auto& row : recorded_statuses) known.insert(row.name);
    for (const auto& name : recorded_answers()) {
        INFO(name);
        CHECK((!is_status(name) || known.contains(name)));
    }
}

TEST_CASE("every recorded answer is a value, and those called faults are Faults") {
    for (const auto& name : recorded_answers()) {
        if (name.starts_with("http-")) continue;  // pages of the HTTP server, no XML-RPC
        INFO(name);
        const auto answer = xmlrpc::decode_response(test::fixture("wire/" + name + suffix));
        REQUIRE(answer.ok());
        const bool fault = name.starts_with("fault-") || unnamed_faults.contains(name);
        CHECK(std::holds_alternative<xmlrpc::Fault>(*answer) == fault);
    }
}
