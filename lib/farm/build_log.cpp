#include "farm/build_log.hpp"

#include <fmt/format.h>
#include <limits>

#include "base/text.hpp"
#include "db/library.hpp"
#include "farm/last_lines.hpp"
#include "farm/log_compressor.hpp"
#include "farm/retry_check.hpp"
#include "policy/names.hpp"

namespace buildd::farm {

namespace {

constexpr auto no_limit = std::numeric_limits<std::int64_t>::max();

using Kind = FetchError::Kind;

FetchError ours(const Error& error) {
    return {Kind::ours, error.message};
}

FetchError how_far(FetchError error, LogFile& file) {
    if (file.total() != 0)
        error.message += fmt::format(" ({} of the log's {} are there)", show_size(file.raw()),
                                     show_size(file.total()));
    return error;
}

// One GET. Whatever became of it, what came is in the file.
net::Task<Result<void, FetchError>> receive(const Farm& farm, BuilderSession& session,
                                            LogFile& file, Turn& turn) {
    LogCompressor compressor(farm.loop, file, farm.settings().max_log_size, farm.piece_room());
    net::GetRequest request = turn.request(no_limit);
    request.resume_from = file.raw();
    request.expected_total = file.total();
    request.total = &file.total();
    request.brake = &compressor.brake();
    auto fetched =
        co_await session.fetch("buildlog", std::move(request),
                               [&](std::string_view piece) { return compressor.take(piece); });
    const bool ended = fetched || compressor.cut();
    const Result<void> compressed = co_await compressor.finish(ended);
    if (!compressed) co_return ours(compressed.error());
    if (!ended) co_return how_far(to_fetch_error(fetched.error()), file);
    co_return Result<void, FetchError>();
}

// Until all of it is there, in several turns maybe.
net::Task<Result<void, FetchError>> transfer(const Farm& farm, BuilderSession& session,
                                             LogFile& file, Turn& turn) {
    if (!file.ended() && file.arrived()) {
        auto ended = co_await farm.loop.offload([&] { return file.end(""); });
        if (!ended) co_return ours(ended.error());
    }
    while (!file.ended()) {
        auto received = co_await receive(farm, session, file, turn);
        if (received) continue;
        if (received.error().kind == Kind::begin_anew) {
            auto cleared = co_await farm.loop.offload([&] { return file.restart(); });
            if (!cleared) co_return ours(cleared.error());
        } else if (received.error().kind == Kind::yielded) {
            co_await turn.pass_on();
        } else {
            co_return received.error();
        }
    }
    co_return Result<void, FetchError>();
}

net::Task<Result<FetchedLog, FetchError>> store(const Farm& farm, const BuildFacts& build,
                                                BuildState state, LogFile& log) {
    const auto ids = db::new_file_ids(farm.database, 1);
    auto stored = farm.librarian.begin(ids[0], build.archive.is_private);
    if (!stored) co_return ours(stored.error());
    const std::string name = policy::build_log_name(build, state);
    auto file = co_await farm.loop.offload([&]() -> Result<LibraryFile> {
        auto digests = log.digests();
        if (!digests) return digests.error();
        return farm.librarian.adopt(*stored, log.path(), std::move(*digests), name, "text/plain");
    });
    if (!file) co_return ours(file.error());
    std::string tail;
    if (state != BuildState::FULLYBUILT)
        tail = co_await farm.loop.offload([&] { return last_lines(log.path()); });
    co_return FetchedLog{std::move(*stored), std::move(*file), std::move(tail)};
}

net::Task<std::optional<std::string>> find_pattern(const Farm& farm, const LogFile& log) {
    const std::string& patterns = farm.settings().retry_patterns;
    std::optional<std::string> found;
    if (!patterns.empty())
        found = co_await farm.loop.offload([&] { return retry_pattern_in(patterns, log.path()); });
    co_return found;
}

}  // namespace

FetchError to_fetch_error(const net::HttpError& error) {
    using Http = net::HttpError::Kind;
    if (error.kind == Http::refused) return {Kind::ours, error.message};
    if (error.kind == Http::cut) return {Kind::cut, error.message};
    if (error.kind == Http::yielded) return {Kind::yielded, error.message};
    if (error.kind == Http::not_resumed) return {Kind::begin_anew, error.message};
    if (error.kind == Http::too_large) return {Kind::forever, error.message};
    return {Kind::transport, error.message};
}

net::Task<Result<FetchedLog, FetchError>> fetch_log(const Farm& farm, BuilderSession& session,
                                                    const RunningJob& job, BuildState state,
                                                    Turn& turn, bool retry) {
    LogFile file(JobFolder(farm.settings(), job.cookie(), job.build.archive.is_private));
    auto opened =
        co_await farm.loop.offload([&] { return file.open(farm.settings().max_log_size); });
    if (!opened) co_return ours(opened.error());
    auto arrived = co_await transfer(farm, session, file, turn);
    if (!arrived) co_return arrived.error();
    std::optional<std::string> pattern;
    if (retry) pattern = co_await find_pattern(farm, file);
    if (pattern) state = BuildState::NEEDSBUILD;
    auto stored = co_await store(farm, job.build, state, file);
    if (stored) stored->retry_pattern = std::move(pattern);
    co_return stored;
}

}  // namespace buildd::farm
