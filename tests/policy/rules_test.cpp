// Health, rescue, backoff, dispatch, names: the smaller rules.
#include "policy/backoff.hpp"
#include "policy/dispatch.hpp"
#include "policy/ending.hpp"
#include "policy/health.hpp"
#include "policy/names.hpp"
#include "policy/rescue.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;
using namespace std::chrono_literals;

TEST_CASE("a healthy builder echoes and speaks protocol 1.0 for an architecture of its family") {
    CHECK_FALSE(echo_fault(true).has_value());
    CHECK(echo_fault(false) == "Failed to echo OK");
    CHECK_FALSE(info_fault({"1.0", "i386", {}}, {"amd64", "i386"}).has_value());
    CHECK(info_fault({"1.1", "i386", {}}, {"i386"}) == "Protocol version mismatch");
    CHECK(info_fault({"1.0", "hppa", {}}, {"i386"}) == "Architecture tag mismatch: hppa != i386");
    CHECK(info_fault({"1.0", "h\npa", {}}, {"amd64", "i386"}) ==
          "Architecture tag mismatch: h pa != amd64 or i386");
}

TEST_CASE("a lost builder is told by the exact reasons") {
    const auto cookie = parse_cookie("1000-10000");
    CHECK_FALSE(lost_reason(cookie, {true, true, true, true}).has_value());
    CHECK(lost_reason(cookie, {}) == "'The object Build by the ID 1000 does not exist'");
    CHECK(lost_reason(cookie, {true, false, false, false}) ==
          "'The object BuildQueue by the ID 10000 does not exist'");
    CHECK(lost_reason(cookie, {true, true, false, false}) == "Job build entry mismatch");
    CHECK(lost_reason(cookie, {true, true, true, false}) == "Job is not assigned to this builder");
    CHECK(lost_reason(parse_cookie("x"), {}) == "Malformed job identifier");
}

TEST_CASE("only the exact form of a cookie is one") {
    CHECK(parse_cookie("8-1")->text() == "8-1");
    for (const char* bad : {"", "8", "8-", "-1", "8-1-2", "08-1", "8-01", "+8-1", "0-1", "8-0",
                            "8 -1", "PACKAGEBUILD-1", "9223372036854775808-1"})
        CHECK_FALSE(parse_cookie(bad).ok());
}

TEST_CASE("waiting and aborted builders are cleaned and building ones aborted") {
    CHECK(rescue_call(BuilderStatus::WAITING) == BuilderCall::clean);
    CHECK(rescue_call(BuilderStatus::ABORTED) == BuilderCall::clean);
    CHECK(rescue_call(BuilderStatus::BUILDING) == BuilderCall::abort);
    CHECK(rescue_call(BuilderStatus::IDLE) == BuilderCall::none);
    CHECK(rescue_call(BuilderStatus::ABORTING) == BuilderCall::none);
}

TEST_CASE("L05 probes and mails back off to an hour and giving back from five minutes") {
    CHECK(probe_backoff(1) == 1min);
    CHECK(probe_backoff(2) == 2min);
    CHECK(probe_backoff(6) == 32min);
    CHECK(probe_backoff(7) == 60min);
    CHECK(probe_backoff(1'000'000) == 60min);
    CHECK(giveback_delay(1) == 5min);
    CHECK(giveback_delay(2) == 1h);
    CHECK(giveback_delay(4) == 4h);
    CHECK(giveback_delay(100) == 24h);
    CHECK(mail_backoff(1) == 1min);
    CHECK(mail_backoff(100) == 60min);
}

TEST_CASE("builders that vanished together are probed soon and a few of them every minute") {
    CHECK(probe_backoff(7, {1, 1}) == 60min);
    CHECK(probe_backoff(7, {2, 2}) == 60min);
    CHECK(probe_backoff(7, {1, 3}) == 1min);
    CHECK(probe_backoff(7, {3, 100}) == 1min);
    CHECK(probe_backoff(7, {4, 100}) == 5min);
    CHECK(probe_backoff(2, {50, 100}) == 2min);
}

TEST_CASE("equal answers hold a build back for an hour and then twice as long up to a day") {
    const std::vector<int> hours{0, 1, 2, 4, 8, 16, 24, 24};
    for (std::size_t i = 0; i < hours.size(); ++i)
        CHECK(same_answer_delay(static_cast<int>(i) + 1) == std::chrono::hours(hours[i]));
    CHECK(same_answer_delay(1'000'000) == 24h);
}

TEST_CASE("a builder failed by scan is tried again and at the threshold put in quarantine") {
    BuilderFacts builder;
    builder.id = {4};
    builder.probe_failures = 2;
    const auto again = plan_failure(builder, "no answer", false, {});
    CHECK(again.failure.retry_in == 4min);
    CHECK(again.failure.notes == "no answer");
    CHECK(again.failures == 0);
    CHECK_FALSE(again.suspicion.changes());
    builder.failure_count = 4;
    CHECK_FALSE(plan_failure(builder, "x", false, {}).suspicion.changes());
    const auto counted = plan_failure(builder, "x", true, {});
    CHECK(counted.failures == 5);
    CHECK(counted.failure.retry_in == 4min);
    CHECK(counted.suspicion.rest == 15min);
    CHECK(counted.suspicion.reason == "too much speaks against it; the last: x");
}

TEST_CASE("a fault that scan sees is no failed canary however long the quarantine") {
    BuilderFacts builder;
    builder.failure_count = 4;
    builder.quarantined = 24h;
    for (const auto& rests : {std::optional<std::chrono::seconds>(5min), {}}) {
        builder.rests = rests;
        const auto planned = plan_failure(builder, "x", true, {});
        CHECK(planned.failures == 5);
        CHECK(planned.failure.retry_in.has_value());
        CHECK(planned.failure.disabled_by.empty());
        CHECK_FALSE(planned.suspicion.rest.has_value());
    }
}

namespace {

PendingJob pending() {
    PendingJob job;
    job.id = {1};
    job.build.id = {31};
    job.build.target = {"ubuntu", "hoary", "i386", SeriesStatus::DEVELOPMENT, Pocket::RELEASE};
    job.build.source = {{1}, "evolution", "1.0"};
    job.component = "main";
    job.archive_url = job.primary_url = "http://ftpmaster.internal/ubuntu";
    job.chroot.emplace();
    job.files.emplace_back().filename = "evolution_1.0.dsc";
    return job;
}

}  // namespace

TEST_CASE("a pending job is started unless one of five things speaks against it") {
    PendingJob job = pending();
    CHECK(dispatchable(job, false) == Dispatchable::start);
    job.build.target.pocket = Pocket::UPDATES;
    CHECK(dispatchable(job, false) == Dispatchable::denied);
    job.chroot.reset();
    CHECK(dispatchable(job, false) == Dispatchable::no_chroot);
    job.build.target.pocket = Pocket::SECURITY;
    CHECK(dispatchable(job, false) == Dispatchable::security);
    job.build.for_person = true;
    CHECK(dispatchable(job, false) == Dispatchable::for_person);
    job.build.source_published = false;
    CHECK(dispatchable(job, false) == Dispatchable::superseded);
}

TEST_CASE("L15 security builds wait unless they are allowed") {
    PendingJob job = pending();
    job.build.target.pocket = Pocket::SECURITY;
    job.build.target.series_status = SeriesStatus::FROZEN;
    CHECK(dispatchable(job, false) == Dispatchable::security);
    CHECK(dispatchable(job, true) == Dispatchable::start);
}

TEST_CASE("only the primary archive is denied a pocket at dispatch") {
    PendingJob job = pending();
    job.build.target.pocket = Pocket::UPDATES;
    job.build.archive.purpose = ArchivePurpose::PPA;
    CHECK(dispatchable(job, false) == Dispatchable::start);
}

TEST_CASE("the arguments of build tell suite series archives and what is reset") {
    PendingJob job = pending();
    job.build.target.series_status = SeriesStatus::FROZEN;
    job.build.target.pocket = Pocket::UPDATES;
    const auto plain = build_arguments(job, "", false);
    CHECK(plain.suite == "hoary-updates");
    CHECK(plain.series == "hoary");
    CHECK(plain.distribution == "ubuntu");
    CHECK(plain.arch_tag == "i386");
    CHECK(plain.component == "main");
    CHECK(plain.archives.size() == 3);
    CHECK(plain.build_url.empty());
    CHECK_FALSE(plain.arch_indep);
    CHECK_FALSE(plain.fast_cleanup);
    CHECK(build_arguments(job, "http://b", true).build_url == "http://b/31");
    CHECK(build_arguments(job, "http://b", true).fast_cleanup);
    CHECK_FALSE(plain.debug_symbols);
    job.debug_symbols = true;
    CHECK(build_arguments(job, "", false).debug_symbols);
    job.build.arch_indep = true;
    CHECK(build_arguments(job, "", false).arch_indep);
}

TEST_CASE("arguments that would wedge a worker are never sent") {
    PendingJob job = pending();
    const auto arguments = build_arguments(job, "", false);
    CHECK(check_start(job, arguments).ok());
    auto bad = arguments;
    bad.archives.clear();
    CHECK(check_start(job, bad).error().message == "it has no archive lines");
    bad = arguments;
    bad.series.clear();
    CHECK(check_start(job, bad).error().message == "it has no suite");
    bad = arguments;
    bad.suite.clear();
    CHECK(check_start(job, bad).error().message == "it has no suite");
    job.files.clear();
    CHECK(check_start(job, arguments).error().message == "its source has no .dsc");
}

TEST_CASE("a build's title and log name are those that people know") {
    const BuildFacts build = pending().build;
    CHECK(build.title() == "i386 build of evolution 1.0 in ubuntu hoary RELEASE");
    BuildFacts ppa = build;
    ppa.archive.name = "cprov";
    ppa.archive.purpose = ArchivePurpose::PPA;
    CHECK(ppa.title() == "i386 build of evolution 1.0 in ubuntu hoary RELEASE, archive cprov");
    CHECK(build_log_name(build, BuildState::FULLYBUILT) ==
          "buildlog_ubuntu-hoary-i386.evolution_1.0_FULLYBUILT.txt.gz");
}

TEST_CASE("a leaf is named for its time and cookie and lies below distribution or owner") {
    const auto when = std::chrono::system_clock::from_time_t(1112345678);
    CHECK(leaf_name(when, {{7}, {42}}) == "20050401-085438-7-42");
    CHECK(leaf_cookie("20050401-085438-7-42")->text() == "7-42");
    for (const char* bad : {"", "20050401-085438-", "20050401-0854387-42", "junk"})
        CHECK_FALSE(leaf_cookie(bad).ok());
    BuildFacts build = pending().build;
    CHECK(leaf_path(build) == "ubuntu");
    build.archive.purpose = ArchivePurpose::PPA;
    build.archive.owner = "cprov";
    CHECK(leaf_path(build) == "~cprov/ubuntu");
}

TEST_CASE("L20 result names that could leave their folder or mislead a tool are refused") {
    for (const char* good :
         {"a.deb", "tiny_1.0~rc1+b1_amd64.changes", "A_1:2=3.txt", "wine_4..dsc"})
        CHECK(check_result_name(good).ok());
    using namespace std::string_literals;
    for (const auto& bad :
         {""s, "."s, ".."s, "../x"s, "a/b"s, "/etc/passwd"s, "-rf"s, ".hidden"s, "a\0b"s, "a\nb"s,
          "a\\b"s, "a\x7F"s, "a\xC2\x9B"s, "\xC3\xBC"s, std::string(201, 'a')})
        CHECK_FALSE(check_result_name(bad).ok());
    for (const char* word : {"A B.txt", "$(reboot)", "a;b", "a`b", "a*", "a%41", "a'b", "a&b"})
        CHECK_FALSE(check_result_name(word).ok());
}

TEST_CASE("names in the farm are lower-case and safe in paths") {
    for (const char* good : {"bob", "9wm", "non-free", "a+b.c_d"})
        CHECK(check_farm_name(good).ok());
    for (const char* bad : {"", "Bob", "-x", "a b", "a/b", "\xC3\xBC"})
        CHECK_FALSE(check_farm_name(bad).ok());
}
