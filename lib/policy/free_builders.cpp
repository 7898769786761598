#include "policy/free_builders.hpp"

#include <algorithm>

#include "policy/fit.hpp"

namespace buildd::policy {

FreeBuilders::FreeBuilders(std::vector<const BuilderFacts*> free) : free_(std::move(free)) {
    std::ranges::stable_sort(
        free_, {}, [](const BuilderFacts* builder) { return asking_order(builder->purpose); });
}

std::int64_t FreeBuilders::count_fitting(const QueuedJob& job) const {
    return std::ranges::count_if(free_, [&](const BuilderFacts* builder) {
        return !misfit(*builder, job.build, job.demands);
    });
}

std::int64_t FreeBuilders::give(const std::vector<JobClass>& classes) {
    std::int64_t given = 0;
    for (const bool tagged : {true, false})
        for (const auto& one : classes)
            if (one.job.demands.tags.empty() != tagged) given += give_one_class(one);
    return given;
}

std::int64_t FreeBuilders::give_one_class(const JobClass& jobs) {
    const ArchiveFacts& archive = jobs.job.build.archive;
    const auto wanted = room_.room(archive, jobs.job.limits, jobs.count);
    std::int64_t given = 0;
    std::erase_if(free_, [&](const BuilderFacts* builder) {
        const bool takes = given < wanted && !misfit(*builder, jobs.job.build, jobs.job.demands);
        if (takes) ++given;
        return takes;
    });
    room_.take(archive, given);
    return given;
}

}  // namespace buildd::policy
