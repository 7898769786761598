#include "farm/fetch_results.hpp"

#include "farm/gather.hpp"
#include "policy/collect_fetch.hpp"

namespace buildd::farm {

namespace {

// All of them are gathered.
net::Task<Result<FetchedResults, FetchError>> make_leaf(const Farm& farm, const RunningJob& job,
                                                        const FileMap& files, FetchedLog log) {
    auto papers = co_await store_papers(farm, job, files);
    if (!papers) co_return FetchError{FetchError::Kind::ours, papers.error().message};
    log.papers = std::move(*papers);
    auto leaf = co_await farm.loop.offload([&] { return move_to_incoming(farm, job, files); });
    if (!leaf) co_return leaf.error();
    farm.report.leaves.push_back(*leaf);
    co_return FetchedResults{policy::results_taken(*leaf), std::move(log)};
}

}  // namespace

net::Task<Result<FetchedResults, FetchError>> fetch_results(BuilderContext context, Turn& turn) {
    const Farm& farm = context.farm;
    const RunningJob& job = *context.facts().job;
    auto status = co_await context.session().status();
    const FileMap files = *status ? (*status)->filemap.value_or(FileMap()) : FileMap();
    status.reset();
    co_await turn.take();
    auto gathered = co_await gather(farm, context.session(), job, files, turn);
    const bool untakeable = !gathered && gathered.error().kind == FetchError::Kind::forever;
    if (!gathered && !untakeable) co_return gathered.error();
    const BuildState named = untakeable ? BuildState::FAILEDTOUPLOAD : BuildState::FULLYBUILT;
    auto log = co_await fetch_log(farm, context.session(), job, named, turn);
    if (!log) co_return log.error();
    if (untakeable)
        co_return FetchedResults{policy::results_refused(job, gathered.error().message),
                                 std::move(*log)};
    auto taken = co_await make_leaf(farm, job, files, std::move(*log));
    co_return taken;
}

}  // namespace buildd::farm
