// "Builder Status Handler": one tuple of six parts, whatever state the builder is in.
#include <fmt/format.h>

#include "support/scenario.hpp"
#include "test.hpp"
#include "worker/client.hpp"

using namespace buildd;

namespace {

std::string in_quotes(const std::optional<std::string>& text) {
    return text ? "'" + *text + "'" : "None";
}

// As the seed shows it.
std::string tuple(const WorkerStatus& s) {
    std::optional<std::string> build_status, filemap;
    if (s.build_status) build_status = s.raw_build_status;
    return fmt::format("('{}', '{}', {}, {}, {}, {})", s.raw_builder_status, s.build_id,
                       in_quotes(build_status), s.logtail ? "<xmlrpclib.Binary ...>" : "None",
                       s.filemap ? (s.filemap->empty() ? "{}" : "{...}") : "None",
                       in_quotes(s.dependencies));
}

struct AskedBuilder {
    explicit AskedBuilder(const std::string& generation)
        : fleet({"builder bob arch=i386 generation=" + generation}) {}

    std::string in_state(const std::string& state) {
        fleet.say("bob state " + state);
        net::Http http(loop, {});
        worker::Client client(http, fleet.url("bob"), std::chrono::seconds(30));
        const auto status = loop.run_one(client.status());
        return status ? tuple(*status) : status.error().message;
    }

    fleet::Fleet fleet;
    net::Loop loop;
};

}  // namespace

TEST_CASE("Builder Status Handler: an idle builder has a status and five empty parts") {
    const std::string generation = EACH_GENERATION;
    INFO(generation);
    CHECK(AskedBuilder(generation).in_state("IDLE") ==
          "('BuilderStatus.IDLE', '', None, None, None, None)");
}

TEST_CASE("Builder Status Handler: a building builder has a job and a log tail") {
    const std::string generation = EACH_GENERATION;
    INFO(generation);
    CHECK(AskedBuilder(generation).in_state("BUILDING 1-1") ==
          "('BuilderStatus.BUILDING', '1-1', None, <xmlrpclib.Binary ...>, None, None)");
}

TEST_CASE("Builder Status Handler: a waiting builder has a job its status and its files") {
    const std::string generation = EACH_GENERATION;
    INFO(generation);
    CHECK(AskedBuilder(generation).in_state("WAITING OK 1-1") ==
          "('BuilderStatus.WAITING', '1-1', 'BuildStatus.OK', None, {}, None)");
}

TEST_CASE("Builder Status Handler: an aborting builder has a job and nothing else") {
    const std::string generation = EACH_GENERATION;
    INFO(generation);
    CHECK(AskedBuilder(generation).in_state("ABORTING 1-1") ==
          "('BuilderStatus.ABORTING', '1-1', None, None, None, None)");
}

// The current generation knows no ABORTED: it waits with BuildStatus.ABORTED.
TEST_CASE("Builder Status Handler: an aborted builder has a job and nothing else") {
    for (const char* generation : {"seed", "classic"})
        CHECK(AskedBuilder(generation).in_state("ABORTED 1-1") ==
              "('BuilderStatus.ABORTED', '1-1', None, None, None, None)");
    CHECK(AskedBuilder("current").in_state("WAITING ABORTED 1-1") ==
          "('BuilderStatus.WAITING', '1-1', 'BuildStatus.ABORTED', None, None, None)");
}
