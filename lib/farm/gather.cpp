#include "farm/gather.hpp"

#include <chrono>
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "farm/download.hpp"
#include "net/conveyor.hpp"
#include "policy/names.hpp"
#include "upload/take_in.hpp"

namespace buildd::farm {

namespace {

using Kind = FetchError::Kind;

FetchError ours(const Error& error) {
    return {Kind::ours, error.message};
}

Result<void, FetchError> check_names(const FileMap& files) {
    if (files.size() > max_result_files)
        return FetchError{Kind::forever, fmt::format("more than {} files", max_result_files)};
    for (const auto& [name, sum] : files)
        if (auto checked = policy::check_result_name(name); !checked)
            return FetchError{Kind::forever, checked.error().message};
    return {};
}

class Gather {
 public:
    Gather(const Farm& farm, BuilderSession& session, const RunningJob& job, Turn& turn)
        : farm_(farm),
          session_(session),
          turn_(turn),
          folder_(farm.settings(), job.cookie(), job.build.archive.is_private) {}

    net::Task<Result<void, FetchError>> run(FileMap files) {
        if (auto checked = check_names(files); !checked) co_return checked.error();
        auto ready = co_await farm_.loop.offload([&] {
            auto made = folder_.make();
            return made ? folder_.keep_only(files) : made;
        });
        if (!ready) co_return ours(ready.error());
        farm_.report.gathered.files += files.size();
        for (const auto& [name, sum] : files) {
            auto fetched = co_await fetch(sum);
            if (!fetched) co_return named(name, fetched.error());
            ++farm_.report.gathered.done;
            show_progress();
            if (turn_.is_over()) co_await turn_.pass_on();
        }
        co_return Result<void, FetchError>();
    }

 private:
    net::Task<Result<void, FetchError>> fetch(std::string sum) {
        std::optional<Result<Download>> opened;
        auto verified = co_await farm_.loop.offload([&] {
            const auto size = folder_.verified_size(sum);
            if (!size) opened.emplace(Download::open(folder_, sum));
            return size;
        });
        if (verified) co_return add_to_total(*verified);
        if (!*opened) co_return ours(opened->error());
        Download& download = **opened;
        auto fetched = co_await fetch_good(sum, download);
        if (!fetched) co_return fetched.error();
        if (auto fits = add_to_total(download.size()); !fits) co_return fits.error();
        auto placed = co_await farm_.loop.offload([&] { return download.place(); });
        if (!placed) co_return ours(placed.error());
        co_return Result<void, FetchError>();
    }

    // What has not its digest gets one fresh start.
    net::Task<Result<void, FetchError>> fetch_good(std::string sum, Download& download) {
        for (;;) {
            auto arrived = co_await transfer(sum, download);
            if (!arrived) co_return arrived.error();
            auto digested = co_await digest(download);
            if (!digested) co_return digested.error();
            if (download.digest() == sum) co_return Result<void, FetchError>();
            const bool again = download.was_mistaken();
            auto cleared = co_await farm_.loop.offload([&] { return download.restart(true); });
            if (!cleared) co_return ours(cleared.error());
            if (again) co_return FetchError{Kind::forever, "it does not match its digest, twice"};
        }
    }

    // Until all of it is there, in several turns maybe.
    net::Task<Result<void, FetchError>> transfer(std::string sum, Download& download) {
        while (!download.arrived()) {
            auto fetched = co_await receive(sum, download);
            if (fetched) {
                download.end();
                break;
            }
            if (fetched.error().kind == Kind::begin_anew) {
                auto cleared = co_await farm_.loop.offload([&] { return download.restart(false); });
                if (!cleared) co_return ours(cleared.error());
            } else if (fetched.error().kind == Kind::yielded) {
                co_await turn_.pass_on();
            } else {
                co_return how_far(fetched.error(), download);
            }
        }
        co_return Result<void, FetchError>();
    }

    // One GET. Whatever became of it, what came is on disk.
    net::Task<Result<void, FetchError>> receive(std::string sum, Download& download) {
        net::Conveyor to_disk(farm_.loop, farm_.piece_room(),
                              [&](std::string_view piece) { return download.take(piece); });
        net::GetRequest request = turn_.request(farm_.settings().max_file_size);
        request.resume_from = download.size();
        request.expected_total = download.total();
        request.total = &download.total();
        request.brake = &to_disk.brake();
        auto fetched = co_await session_.fetch(
            sum, std::move(request), [&](std::string_view piece) { return take(to_disk, piece); });
        Result<void> written = co_await to_disk.finish();
        if (written && !fetched)
            written = co_await farm_.loop.offload([&] { return download.rest(); });
        if (!written) co_return ours(written.error());
        if (!fetched) co_return to_fetch_error(fetched.error());
        co_return Result<void, FetchError>();
    }

    // In slices, so that the end of the pass may come between.
    net::Task<Result<void, FetchError>> digest(Download& download) {
        for (;;) {
            auto all = co_await farm_.loop.offload([&] { return download.digest_more(); });
            if (!all) co_return ours(all.error());
            if (*all) co_return Result<void, FetchError>();
            if (farm_.http.is_cut() || turn_.is_over()) {
                auto rested = co_await farm_.loop.offload([&] { return download.rest(); });
                if (!rested) co_return ours(rested.error());
            }
            if (farm_.http.is_cut()) co_return FetchError{Kind::cut, "it was being digested"};
            if (turn_.is_over()) co_await turn_.pass_on();
        }
    }

    static FetchError how_far(FetchError error, Download& download) {
        if (download.total() != 0)
            error.message += fmt::format(" ({} of {} are there)", show_size(download.size()),
                                         show_size(download.total()));
        return error;
    }

    Result<void> take(net::Conveyor& to_disk, std::string_view piece) const {
        farm_.report.gathered.bytes += piece.size();
        show_progress();
        return to_disk.take(piece);
    }

    void show_progress() const {
        const auto& all = farm_.report.gathered;
        farm_.log.progress("gathering {}/{} files, {}", all.done, all.files, show_size(all.bytes));
    }

    static FetchError named(const std::string& name, FetchError error) {
        error.message = fmt::format("{}: {}", one_line(name), error.message);
        return error;
    }

    Result<void, FetchError> add_to_total(std::uint64_t size) {
        total_ += size;
        if (total_ <= farm_.settings().max_result_size) return {};
        return FetchError{Kind::forever, fmt::format("with it the results are larger than {}",
                                                     show_size(farm_.settings().max_result_size))};
    }

    const Farm& farm_;
    BuilderSession& session_;
    Turn& turn_;
    JobFolder folder_;
    std::uint64_t total_ = 0;
};

}  // namespace

net::Task<Result<void, FetchError>> gather(const Farm& farm, BuilderSession& session,
                                           const RunningJob& job, FileMap files, Turn& turn) {
    Gather run(farm, session, job, turn);
    auto done = co_await run.run(std::move(files));
    co_return done;
}

Result<std::string, FetchError> move_to_incoming(const Farm& farm, const RunningJob& job,
                                                 const FileMap& files) {
    const JobFolder folder(farm.settings(), job.cookie(), job.build.archive.is_private);
    const auto leaf = policy::leaf_name(std::chrono::system_clock::now(), job.cookie());
    const std::string target = place(farm.settings(), incoming_folder, leaf);
    if (auto made = folder.make_leaf(files, policy::leaf_path(job.build)); !made)
        return ours(made.error());
    if (auto made = make_folders(parent_of(target)); !made) return ours(made.error());
    if (auto moved = move_durably(folder.leaf(), target); !moved) return ours(moved.error());
    return leaf;
}

}  // namespace buildd::farm
