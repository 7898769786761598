// The words for what `build why` and `queue why` find. Pure.
#pragma once

#include <string>
#include <string_view>

#include "policy/obstacles.hpp"

namespace buildd::policy {

std::string group_words(const std::string& architecture_tag, bool trusted);  // "i386 trusted"

// "its archive has its binaries already, from build 2"
std::string made_words(BuildId by);

// For counting: "12 <words>".
std::string_view job_words(JobObstacle obstacle);
std::string_view builder_words(BuilderObstacle obstacle);

// Full sentences. Of a build that is not NEEDSBUILD:
std::string state_sentence(const ExplainedBuild& build);
// Of one that is, but whose job cannot be started:
std::string job_sentence(const ExplainedBuild& build, JobObstacle obstacle);
std::string builder_sentence(const WatchedBuilder& builder, BuilderObstacle obstacle);

}  // namespace buildd::policy
