// Jobs, builders, answers and decisions that the tests of collect share.
#pragma once

#include <variant>

#include "policy/collect.hpp"
#include "test.hpp"

namespace buildd::policy {

inline BuilderFacts frog() {
    BuilderFacts builder;
    builder.id = {4};
    builder.name = "frog";
    builder.url = "http://frog:8221/";
    return builder;
}

inline RunningJob job(BuildState state = BuildState::BUILDING) {
    RunningJob job;
    job.id = {42};
    job.build.id = {7};
    job.build.state = state;
    job.build.target = {"ubuntu", "hoary", "i386", SeriesStatus::DEVELOPMENT, Pocket::RELEASE};
    job.build.source = {{1}, "mozilla-firefox", "0.9"};
    job.dispatched = true;
    job.attempts = 1;
    return job;
}

inline WorkerStatus says(BuilderStatus status, const std::string& id = "7-42") {
    WorkerStatus answer;
    answer.builder_status = status;
    answer.raw_builder_status = "BuilderStatus.X";
    if (status != BuilderStatus::IDLE) answer.build_id = id;
    return answer;
}

inline WorkerStatus waiting(BuildStatus status, const std::string& id = "7-42") {
    WorkerStatus answer = says(BuilderStatus::WAITING, id);
    answer.build_status = status;
    answer.raw_build_status = "BuildStatus.X";
    return answer;
}

inline WorkerStatus building(const std::string& tail) {
    WorkerStatus answer = says(BuilderStatus::BUILDING);
    answer.logtail = tail;
    return answer;
}

inline CollectDecision decided(const WorkerStatus& status, const RunningJob& running = job(),
                               const BuilderFacts& builder = frog()) {
    return decide_collect(running, builder, status, {});
}

inline CollectDecision unanswered(const RunningJob& running, const std::string& why = "x") {
    return decide_collect(running, frog(), Error{why}, {});
}

template <class Decision>
bool is(const CollectDecision& decision) {
    return std::holds_alternative<Decision>(decision);
}

inline EndAttempt end_of(const CollectDecision& decision) {
    REQUIRE(is<EndAttempt>(decision));
    return std::get<EndAttempt>(decision);
}

inline EndAttempt ended(const WorkerStatus& status, const RunningJob& running = job(),
                        const BuilderFacts& builder = frog()) {
    return end_of(decided(status, running, builder));
}

inline void check_reset(const EndAttempt& end, Outcome outcome, Counted counted, Freeing freeing) {
    CHECK(end.state == BuildState::NEEDSBUILD);
    CHECK(end.outcome == outcome);
    CHECK(end.counted.job == counted.job);
    CHECK(end.counted.builder == counted.builder);
    CHECK(end.freeing == freeing);
    CHECK_FALSE(end.mail);
}

inline void check_finish(const EndAttempt& end, BuildState state, Outcome outcome, bool mail) {
    CHECK(end.state == state);
    CHECK(end.outcome == outcome);
    CHECK(end.log == LogNeed::required);
    CHECK(end.store_info);
    CHECK(end.freeing == Freeing::clean);
    CHECK(end.mail == mail);
}

inline std::string logged(const LogLine& line) {
    return std::string(level_name(line.level)) + " " + line.text;
}
inline std::string logged(const EndAttempt& end) {
    return end.line ? logged(*end.line) : "";
}

}  // namespace buildd::policy
