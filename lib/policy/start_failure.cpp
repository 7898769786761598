#include "policy/start_failure.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/starts.hpp"

namespace buildd::policy {

namespace {

constexpr Counted both{true, true};
constexpr Counted nobody{};

}  // namespace

StartFailure call_failure(CallFailure failure, const std::string& why) {
    switch (failure) {
        case CallFailure::late_while_it_fetches:
            return FetchesStill{why};
        case CallFailure::no_answer:
            return setup_failed(why);
        case CallFailure::bad_answer:
            break;
    }
    return start_undone(both, why);
}

StartFailure status_failure(const std::string& why, bool late) {
    if (late) return FetchesStill{why};
    return setup_failed(why);
}

StartFailure not_idle(const WorkerStatus& status) {
    return start_undone(nobody,
                        fmt::format("the builder is {}", one_line(status.raw_builder_status)));
}

StartFailure build_refused(const std::string& why) {
    return start_undone(both, why);
}

BuildSent what_became_of_build(const Result<WorkerStatus>& status, const Cookie& cookie) {
    if (!status) return BuildSent::unknown;
    const bool ours =
        status->builder_status != BuilderStatus::IDLE && status->build_id == cookie.text();
    return ours ? BuildSent::started : BuildSent::not_started;
}

std::optional<EndAttempt> start_over(const BuilderFacts& builder, const std::string& file,
                                     std::chrono::milliseconds age, std::chrono::seconds timeout) {
    if (age < timeout) return std::nullopt;
    return start_timed_out(builder, file, timeout);
}

}  // namespace buildd::policy
