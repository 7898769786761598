#include "farm/build_log.hpp"

#include <fmt/format.h>
#include <limits>

#include "db/library.hpp"
#include "librarian/gzip.hpp"
#include "policy/names.hpp"

namespace buildd::farm {

namespace {

constexpr auto no_limit = std::numeric_limits<std::int64_t>::max();

// Takes the bytes of a log up to a limit; asks for no more beyond it.
class LogSink {
 public:
    LogSink(StoredFile& file, std::uint64_t limit)
        : gzip_([&file](std::string_view bytes) { return file.write(bytes); }),
          limit_(limit),
          left_(limit) {}

    Result<void> take(std::string_view piece) {
        const std::string_view wanted = piece.substr(0, left_);
        left_ -= wanted.size();
        if (auto written = gzip_.write(wanted); !written) return written;
        if (wanted.size() == piece.size()) return {};
        cut_ = true;
        return Error{"cut"};
    }

    bool cut() const { return cut_; }

    Result<void> finish() {
        if (cut_) {
            const auto note = fmt::format("\n[buildd-master: log cut at {} bytes]\n", limit_);
            if (auto written = gzip_.write(note); !written) return written;
        }
        return gzip_.finish();
    }

 private:
    GzipStream gzip_;
    std::uint64_t limit_;
    std::uint64_t left_;
    bool cut_ = false;
};

FetchError ours(const Error& error) {
    return {FetchError::Kind::ours, error.message};
}

}  // namespace

FetchError to_fetch_error(const net::HttpError& error) {
    using Kind = net::HttpError::Kind;
    if (error.kind == Kind::refused) return {FetchError::Kind::ours, error.message};
    if (error.kind == Kind::too_large) return {FetchError::Kind::forever, error.message};
    return {FetchError::Kind::transport, error.message};
}

net::Task<Result<FetchedLog, FetchError>> fetch_log(const Farm& farm, worker::Client& client,
                                                    const BuildFacts& build, BuildState state) {
    const auto ids = db::new_file_ids(farm.database, 1);
    auto stored = farm.librarian.begin(ids[0], build.archive.is_private);
    if (!stored) co_return ours(stored.error());
    LogSink sink(*stored, farm.settings().max_log_size);
    auto fetched = co_await client.fetch(
        "buildlog", no_limit, 0, [&sink](std::string_view piece) { return sink.take(piece); });
    if (!fetched && !sink.cut()) co_return to_fetch_error(fetched.error());
    Result<void> finished = sink.finish();
    if (!finished) co_return ours(finished.error());
    const std::string name = policy::build_log_name(build, state);
    std::optional<Result<LibraryFile>> file;
    co_await farm.loop.offload([&] { file.emplace(stored->finish(name, "text/plain")); });
    if (!*file) co_return ours(file->error());
    co_return FetchedLog{std::move(*stored), std::move(**file)};
}

}  // namespace buildd::farm
