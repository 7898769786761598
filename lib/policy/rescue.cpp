#include "policy/rescue.hpp"

#include <fmt/format.h>

namespace buildd::policy {

std::optional<std::string> lost_reason(const Result<Cookie>& cookie, const CookieFacts& facts) {
    if (!cookie) return cookie.error().message;
    if (!facts.build_exists)
        return fmt::format("'The object Build by the ID {} does not exist'", cookie->build.value);
    if (!facts.job_exists)
        return fmt::format("'The object BuildQueue by the ID {} does not exist'",
                           cookie->job.value);
    if (!facts.belong_together) return "Job build entry mismatch";
    if (!facts.assigned_here) return "Job is not assigned to this builder";
    return std::nullopt;
}

BuilderCall rescue_call(BuilderStatus status) {
    switch (status) {
        case BuilderStatus::WAITING:
        case BuilderStatus::ABORTED:
            return BuilderCall::clean;
        case BuilderStatus::BUILDING:
            return BuilderCall::abort;
        default:
            return BuilderCall::none;
    }
}

}  // namespace buildd::policy
