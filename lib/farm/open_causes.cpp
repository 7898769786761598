#include "farm/open_causes.hpp"

#include <algorithm>

namespace buildd::farm {

std::vector<policy::Cause> causes_of(SharedBook& book, const std::vector<db::BreakerRow>& open) {
    std::vector<policy::Cause> causes;
    for (const auto& row : open)
        causes.push_back({book.number(row.kind, row.key), row.word, row.trusted, {}, std::nullopt});
    return causes;
}

std::optional<std::size_t> holder_of(SharedBook& book, const std::vector<policy::Cause>& causes,
                                     const PendingJob& job) {
    auto shared = book.of_job(job);
    const auto add = [&](LibraryFileId file) {
        shared.push_back(book.number(CauseKind::file, std::to_string(file.value)));
    };
    if (job.chroot) add(job.chroot->id);
    for (const auto& file : job.files) add(file.id);
    const auto cause = std::find_if(causes.begin(), causes.end(), [&](const auto& one) {
        return policy::holds(one, shared, job.build.trusted());
    });
    if (cause == causes.end()) return std::nullopt;
    return static_cast<std::size_t>(cause - causes.begin());
}

}  // namespace buildd::farm
