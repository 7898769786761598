#include "upload/take_in.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "db/claims.hpp"
#include "upload/examine.hpp"
#include "upload/leaf.hpp"
#include "upload/publication.hpp"

namespace buildd {

namespace {

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
        for (const auto& [folder, end] : {std::pair{accepted_folder, UploadEnd::accepted},
                                          {rejected_folder, UploadEnd::rejected},
                                          {failed_folder, UploadEnd::failed}})
            if (finds(folder)) {
                tools_.log.info("{} was processed before: it is in {}", order_.leaf, folder);
                return end;
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
        const Examined examined = examine(target, place(incoming_folder), changes_path);
        if (!examined.reasons.empty()) co_return reject(all_reasons(target, examined));
        const LeafToPublish leaf{order_, target, examined, changes_path, place(incoming_folder)};
        const Published published = co_await publish_leaf(tools_, leaf);
        switch (published.end) {
            case Published::End::rejected:
                co_return reject(published.reasons);
            case Published::End::refused:
                co_return move_to(failed_folder, UploadEnd::failed);
            case Published::End::given_up:
                co_return move_to(failed_folder, UploadEnd::given_up);
            case Published::End::done:
                break;
        }
        const SourceFacts& source = target.build.source;
        tools_.log.info("Accepted {} {}", source.name, source.version);
        co_return move_to(accepted_folder, UploadEnd::accepted);
    }

    Reasons all_reasons(const db::UploadTarget& target, const Examined& examined) const {
        Reasons reasons = examined.reasons;
        reasons.add(db::why_not_new(tools_.database, target.build.archive, rows_of(examined),
                                    examined.files));
        return reasons;
    }

    UploadEnd reject(const Reasons& reasons) const {
        tools_.log.info("Upload was rejected:");
        for (const auto& reason : reasons.lines()) tools_.log.info("- {}", reason);
        return move_to(rejected_folder, UploadEnd::rejected);
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
