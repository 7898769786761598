#include "farm/build_log.hpp"

#include <limits>

#include "db/library.hpp"
#include "farm/log_compressor.hpp"
#include "policy/names.hpp"

namespace buildd::farm {

namespace {

constexpr auto no_limit = std::numeric_limits<std::int64_t>::max();

FetchError ours(const Error& error) {
    return {FetchError::Kind::ours, error.message};
}

}  // namespace

FetchError to_fetch_error(const net::HttpError& error) {
    using Kind = net::HttpError::Kind;
    if (error.kind == Kind::refused) return {FetchError::Kind::ours, error.message};
    if (error.kind == Kind::cut) return {FetchError::Kind::cut, error.message};
    if (error.kind == Kind::too_large) return {FetchError::Kind::forever, error.message};
    return {FetchError::Kind::transport, error.message};
}

net::Task<Result<FetchedLog, FetchError>> fetch_log(const Farm& farm, worker::Client& client,
                                                    const BuildFacts& build, BuildState state) {
    const auto ids = db::new_file_ids(farm.database, 1);
    auto stored = farm.librarian.begin(ids[0], build.archive.is_private);
    if (!stored) co_return ours(stored.error());
    LogCompressor compressor(farm.loop, *stored, farm.settings().max_log_size, farm.piece_room());
    auto fetched = co_await client.fetch(
        "buildlog", no_limit, 0, [&](std::string_view piece) { return compressor.take(piece); },
        &compressor.brake());
    const Result<void> compressed = co_await compressor.finish();
    if (!fetched && !compressor.cut()) co_return to_fetch_error(fetched.error());
    if (!compressed) co_return ours(compressed.error());
    const std::string name = policy::build_log_name(build, state);
    auto file = co_await farm.loop.offload([&] { return stored->finish(name, "text/plain"); });
    if (!file) co_return ours(file.error());
    co_return FetchedLog{std::move(*stored), std::move(*file)};
}

}  // namespace buildd::farm
