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

// A name that no result can have: those may not begin with a dot.
std::string partial_path(const std::string& folder, const std::string& sha1) {
    return folder + "/.part-" + sha1;
}

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

std::string work_folder(const Farm& farm, const RunningJob& job) {
    return place(farm.settings(), grabbing_folder, job.cookie().text());
}

class Gather {
 public:
    Gather(const Farm& farm, worker::Client& client, const RunningJob& job)
        : farm_(farm),
          client_(client),
          folder_(work_folder(farm, job) + "/" + policy::leaf_path(job.build)) {}

    net::Task<Result<void, FetchError>> run(FileMap files) {
        if (auto checked = check_names(files); !checked) co_return checked.error();
        auto ready = co_await farm_.loop.offload([&] {
            auto made = make_folders(folder_);
            return made ? drop_others(files) : made;
        });
        if (!ready) co_return ours(ready.error());
        farm_.report.gathered.files += files.size();
        for (const auto& [name, sum] : files) {
            auto fetched = co_await fetch(name, sum);
            if (!fetched) co_return fetched.error();
            ++farm_.report.gathered.done;
            show_progress();
        }
        auto synced = co_await farm_.loop.offload([&] { return fsync_folder(folder_); });
        if (!synced) co_return ours(synced.error());
        co_return Result<void, FetchError>();
    }

 private:
    // What an earlier answer of the builder promised and this one does not.
    Result<void> drop_others(const FileMap& files) const {
        const auto names = list_folder(folder_);
        if (!names) return names.error();
        for (const auto& name : *names) {
            bool wanted = files.contains(name);
            for (const auto& [file, sum] : files)
                wanted = wanted || folder_ + "/" + name == partial_path(folder_, sum);
            if (wanted) continue;
            if (auto gone = remove_tree(folder_ + "/" + name); !gone) return gone;
        }
        return {};
    }

    net::Task<Result<void, FetchError>> fetch(std::string name, std::string sum) {
        const std::string path = folder_ + "/" + name;
        std::optional<Result<Download>> opened;
        FileDigest present;
        co_await farm_.loop.offload([&] {
            present = digest_present(path);
            if (present.sha1 != sum) opened.emplace(Download::open(partial_path(folder_, sum)));
        });
        if (present.sha1 == sum) {
            total_ += present.size;
            co_return check_total(name);
        }
        if (!*opened) co_return ours(opened->error());
        Download& download = **opened;
        auto verified = co_await transfer(name, sum, download);
        if (!verified) co_return verified.error();
        total_ += download.size();
        if (auto fits = check_total(name); !fits) co_return fits.error();
        auto placed = co_await farm_.loop.offload([&] { return download.place(path); });
        if (!placed) co_return ours(placed.error());
        co_return Result<void, FetchError>();
    }

    // Twice at most: a resumed or broken transfer gets one fresh start.
    net::Task<Result<void, FetchError>> transfer(std::string name, std::string sum,
                                                 Download& download) {
        for (int attempt = 0; attempt < 2; ++attempt) {
            if (attempt > 0) {
                auto cleared = co_await farm_.loop.offload([&] { return download.restart(); });
                if (!cleared) co_return ours(cleared.error());
            }
            const std::uint64_t resumed = download.size();
            net::Conveyor to_disk(farm_.loop, farm_.piece_room(),
                                  [&](std::string_view piece) { return download.take(piece); });
            auto fetched = co_await client_.fetch(
                sum, farm_.settings().max_file_size, resumed,
                [&](std::string_view piece) { return take(to_disk, piece); }, &to_disk.brake());
            const Result<void> written = co_await to_disk.finish();
            if (!written) co_return named(name, ours(written.error()));
            const bool range_refused =
                !fetched && resumed > 0 && fetched.error().kind != net::HttpError::Kind::refused;
            if (range_refused && attempt == 0) continue;
            if (!fetched) co_return named(name, to_fetch_error(fetched.error()));
            if (download.digest() == sum) co_return Result<void, FetchError>();
        }
        auto cleared = co_await farm_.loop.offload([&] { return download.restart(); });
        if (!cleared) co_return ours(cleared.error());
        co_return FetchError{Kind::forever,
                             fmt::format("{} does not match its digest, twice", one_line(name))};
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

    Result<void, FetchError> check_total(const std::string& name) const {
        if (total_ <= farm_.settings().max_result_size) return {};
        return FetchError{Kind::forever,
                          fmt::format("with {} the results are larger than {}", one_line(name),
                                      show_size(farm_.settings().max_result_size))};
    }

    const Farm& farm_;
    worker::Client& client_;
    std::string folder_;
    std::uint64_t total_ = 0;
};

}  // namespace

net::Task<Result<void, FetchError>> gather(const Farm& farm, worker::Client& client,
                                           const RunningJob& job, FileMap files) {
    Gather run(farm, client, job);
    auto done = co_await run.run(std::move(files));
    co_return done;
}

Result<std::string, FetchError> move_to_incoming(const Farm& farm, const RunningJob& job) {
    const auto leaf = policy::leaf_name(std::chrono::system_clock::now(), job.cookie());
    const std::string target = place(farm.settings(), incoming_folder, leaf);
    if (auto made = make_folders(parent_of(target)); !made) return ours(made.error());
    if (auto moved = move_durably(work_folder(farm, job), target); !moved)
        return ours(moved.error());
    return leaf;
}

}  // namespace buildd::farm
