#include "upload/take_in.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "db/library.hpp"
#include "db/publish.hpp"
#include "upload/examine.hpp"
#include "upload/leaf.hpp"
#include "upload/publish.hpp"

namespace buildd {

namespace {

constexpr std::string_view unique_violation = "23505";  // PostgreSQL, appendix A

// One run of process-upload.
class TakeIn {
 public:
    TakeIn(const UploadTools& tools, UploadOrder order) : tools_(tools), order_(std::move(order)) {}

    net::Task<UploadEnd> run() {
        Log& log = tools_.log;
        log.debug("Beginning processing");
        make_places();
        if (!finds(incoming_folder)) co_return already_ended();
        const auto target = db::read_upload_target(tools_.database, order_.build);
        if (!target || target->leaf != order_.leaf)
            throw Failure(ExitStatus::bad_input,
                          fmt::format("build {} does not wait for the leaf {}", order_.build.value,
                                      order_.leaf));
        if (target->build.state == BuildState::FULLYBUILT) {
            log.info("The build is {} already", label(target->build.state));
            co_return move_to(accepted_folder, UploadEnd::accepted);
        }
        const auto found = find_changes(place(incoming_folder));
        if (!found) {
            log.error("{}: {}", order_.leaf, found.error().message);
            co_return move_to(failed_folder, UploadEnd::failed);
        }
        log.debug("Processing {}", *found);
        auto end = co_await process(*target, *found);
        co_return end;
    }

 private:
    std::string place(const char* folder) const {
        return fmt::format("{}/{}/{}", order_.root, folder, order_.leaf);
    }

    void make_places() {
        for (const char* folder : {accepted_folder, rejected_folder, failed_folder}) {
            const std::string path = order_.root + "/" + folder;
            if (is_folder(path)) continue;
            tools_.log.debug("Creating directory {}", path);
            if (auto made = make_folders(path); !made)
                throw Failure(ExitStatus::unavailable, made.error().message);
        }
    }

    // Throws when it cannot be told: a leaf that is there must not be taken for one that is not.
    bool finds(const char* folder) const {
        const auto there = finds_folder(place(folder));
        if (!there) throw Failure(ExitStatus::unavailable, there.error().message);
        return *there;
    }

    UploadEnd already_ended() const {
        for (const char* folder : {accepted_folder, rejected_folder, failed_folder})
            if (finds(folder)) {
                tools_.log.info("{} was processed before: it is in {}", order_.leaf, folder);
                return UploadEnd::done;
            }
        throw Failure(ExitStatus::bad_input,
                      fmt::format("there is no leaf {}", place(incoming_folder)));
    }

    UploadEnd move_to(const char* folder, UploadEnd end) const {
        const auto moved = move_durably(place(incoming_folder), place(folder));
        if (!moved) throw Failure(ExitStatus::unavailable, moved.error().message);
        tools_.log.info("Moved {} to {}", order_.leaf, folder);
        return end;
    }

    net::Task<UploadEnd> process(const db::UploadTarget& target, const std::string& changes_path) {
        const Examined examined =
            examine(tools_.database, target, place(incoming_folder), changes_path);
        if (!examined.reasons.empty()) co_return reject(examined.reasons);
        const auto published = co_await publish(target, changes_path);
        if (published == Publishing::refused) co_return move_to(failed_folder, UploadEnd::failed);
        if (published == Publishing::given_up)
            co_return move_to(failed_folder, UploadEnd::given_up);
        store(target, examined);
        tools_.log.info("Accepted {} {}", target.build.source.name, target.build.source.version);
        co_return move_to(accepted_folder, UploadEnd::accepted);
    }

    UploadEnd reject(const std::vector<std::string>& reasons) const {
        tools_.log.info("Upload was rejected:");
        for (const auto& reason : reasons) tools_.log.info("- {}", reason);
        return move_to(rejected_folder, UploadEnd::rejected);
    }

    net::Task<Publishing> publish(const db::UploadTarget& target, std::string changes_path) {
        if (tools_.publish_command.empty()) co_return Publishing::done;
        PublishOrder order{order_.root,
                           order_.leaf,
                           tools_.publish_command,
                           tools_.timeout,
                           {{"changes", std::move(changes_path)},
                            {"leaf", place(incoming_folder)},
                            {"archive", target.build.archive.name},
                            {"suite", order_.suite},
                            {"distro", order_.distribution}},
                           tools_.lock_fd};
        auto published = co_await run_publish_command(tools_.loop, tools_.log, std::move(order));
        co_return published;
    }

    // Files into the librarian, then one transaction.
    void store(const db::UploadTarget& target, const Examined& examined) {
        std::vector<StoredFile> stored;
        std::vector<db::NewBinary> binaries;
        const auto ids = db::new_file_ids(tools_.database, examined.binaries.size());
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const auto& [fields, seen] = examined.binaries[i];
            auto begun = tools_.librarian.begin(ids[i], target.build.archive.is_private);
            if (!begun) throw Failure(ExitStatus::unavailable, begun.error().message);
            auto file = tools_.librarian.adopt(*begun, seen, fields.file,
                                               "application/vnd.debian.binary-package");
            if (!file) throw Failure(ExitStatus::unavailable, file.error().message);
            binaries.push_back(row_of(fields));
            binaries.back().file = std::move(*file);
            stored.push_back(std::move(*begun));
        }
        try {
            if (!db::publish(tools_.database, target, binaries))
                throw Failure(ExitStatus::bad_input, fmt::format("build {} no longer waits for {}",
                                                                 order_.build.value, order_.leaf));
        } catch (const db::StatementError& error) {
            if (error.sqlstate() != unique_violation) throw;
            // Another upload published the same just now: the next try finds it and says so.
            throw Failure(ExitStatus::busy, error.what());
        }
        for (auto& file : stored) file.keep();
    }

    const UploadTools& tools_;
    UploadOrder order_;
};

}  // namespace

net::Task<UploadEnd> take_in(const UploadTools& tools, UploadOrder order) {
    TakeIn run(tools, std::move(order));
    auto end = co_await run.run();
    co_return end;
}

std::string leaf_lock_path(const std::string& root, const std::string& item) {
    return fmt::format("{}/{}/{}", root, locks_folder, item);
}

std::string child_folder(const std::string& root, const std::string& item) {
    return fmt::format("{}/{}/{}", root, children_folder, item);
}

std::string temporary_folder(const std::string& root, const std::string& item) {
    return fmt::format("{}/{}/{}", root, tmp_folder, item);
}

}  // namespace buildd
