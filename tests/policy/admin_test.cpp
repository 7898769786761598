// What an admin may do with a build in each state (behaviour §1, §4).
#include "policy/admin.hpp"

#include "policy/transitions.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;

namespace {

BuildFacts build_in(BuildState state) {
    BuildFacts build;
    build.state = state;
    return build;
}

std::vector<BuildState> all_states() {
    std::vector<BuildState> states;
    for (const auto name : LabelsOf<BuildState>::names)
        states.push_back(*from_label<BuildState>(name));
    return states;
}

}  // namespace

TEST_CASE("every failed build of a published source may be retried unless another is active") {
    for (const auto state : all_states()) {
        BuildFacts build = build_in(state);
        CHECK(check_retry(build, {}).ok() == may_retry(state));
        CHECK_FALSE(check_retry(build, {BuildId{9}, std::nullopt, false}));
        CHECK_FALSE(check_retry(build, {std::nullopt, BuildId{9}, false}));
        CHECK_FALSE(check_retry(build, {std::nullopt, std::nullopt, true}));
        build.source_published = false;
        CHECK_FALSE(check_retry(build, {}));
    }
}

TEST_CASE("a pending build that was left to a person may be retried") {
    BuildFacts build = build_in(BuildState::NEEDSBUILD);
    build.for_person = true;
    CHECK(check_retry(build, {}).ok());
    build.source_published = false;
    CHECK_FALSE(check_retry(build, {}));
}

TEST_CASE("cancelling only ever makes legal changes") {
    using S = BuildState;
    CHECK(*cancelled(build_in(S::NEEDSBUILD)) == S::CANCELLED);
    CHECK(*cancelled(build_in(S::BUILDING)) == S::CANCELLING);
    CHECK(*cancelled(build_in(S::CANCELLING)) == S::CANCELLING);
    for (const auto state : all_states()) {
        const auto to = cancelled(build_in(state));
        if (to)
            CHECK((*to == state || may_change(state, *to)));
        else
            CHECK(to.error().message.find(label(state)) != std::string::npos);
    }
}

TEST_CASE("only a FAILEDTOUPLOAD build may be uploaded again") {
    for (const auto state : all_states()) {
        const auto build = build_in(state);
        CHECK(check_reupload(build, std::nullopt).ok() == (state == BuildState::FAILEDTOUPLOAD));
        CHECK_FALSE(check_reupload(build, BuildId{9}));
    }
}
