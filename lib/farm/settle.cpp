#include "farm/settle.hpp"

#include <optional>

#include "base/access.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "db/library.hpp"
#include "farm/mails.hpp"
#include "farm/upload_reasons.hpp"
#include "policy/names.hpp"
#include "supervise/supervise.hpp"
#include "upload/take_in.hpp"
#include "upload/tries.hpp"

namespace buildd::farm {

namespace {

constexpr std::uint64_t mailed_log = 64 << 10;  // the last bytes of an upload log
constexpr std::uint64_t kept_log = 16 << 20;

// The upload log of a leaf, wherever the uploader has put it.
std::optional<std::string> find_upload_log(const Settings& settings, const std::string& leaf) {
    for (const char* folder : {failed_folder, stuck_folder, rejected_folder, accepted_folder}) {
        auto log = read_file_tail(place(settings, folder, leaf) + "/uploader.log", kept_log);
        if (log) return *log;
    }
    return std::nullopt;
}

class Settling {
 public:
    Settling(Farm& farm, const db::UploadingBuild& uploading, const UploaderEnd& end)
        : farm_(farm), uploading_(uploading), end_(end), build_(uploading.build) {
        settlement_.build = build_.id;
        settlement_.leaf = uploading.leaf;
        settlement_.from = build_.state;
    }

    void run() {
        clear_incoming();
        give_access_to_leaf();
        log_ = find_upload_log(farm_.settings(), uploading_.leaf);
        if (!log_ && !end_.output.empty()) log_ = end_.output;
        const bool built = build_.state == BuildState::FULLYBUILT;
        settlement_.to = built ? BuildState::FULLYBUILT : BuildState::FAILEDTOUPLOAD;
        settlement_.detail = built ? "" : why();
        if (commit())
            report(built);
        else
            farm_.log.info("{} was moved by someone else meanwhile; left alone", build_.title());
        forget_children(farm_, uploading_.leaf);
    }

 private:
    // An uploader that is done leaves nothing in incoming/.
    void clear_incoming() {
        const std::string leaf = place(farm_.settings(), incoming_folder, uploading_.leaf);
        const auto there = finds_folder(leaf);
        if (!there) throw Failure(ExitStatus::unavailable, there.error().message);
        if (!*there) return;
        const std::string stuck = place(farm_.settings(), stuck_folder, uploading_.leaf);
        auto moved = make_folders(parent_of(stuck));
        if (moved) moved = move_durably(leaf, stuck);
        if (!moved) throw Failure(ExitStatus::unavailable, moved.error().message);
    }

    // Uploaders write with whatever umask they have.
    void give_access_to_leaf() const {
        for (const char* folder : {accepted_folder, rejected_folder, failed_folder, stuck_folder}) {
            const std::string leaf = place(farm_.settings(), folder, uploading_.leaf);
            const auto given = give_access_to_tree(leaf, {build_.archive.is_private});
            if (!given && build_.archive.is_private) farm_.our_fault(given.error().message);
        }
    }

    std::string why() const {
        if (!end_.detail.empty()) return end_.detail;
        const std::string reasons = log_ ? upload_reasons(*log_) : "";
        if (!reasons.empty() && !end_.admins_alone) return "The upload was refused: " + reasons;
        if (!end_.problem.empty()) return "The uploader ended with " + end_.problem;
        return log_ ? "" : "Could not find upload log file";
    }

    std::string mailed() const {
        if (!log_) return "Could not find upload log file";
        if (log_->size() <= mailed_log) return *log_;
        return mask_tail(log_->substr(log_->size() - mailed_log));  // it may begin in a password
    }

    // The files that go into the librarian; kept once their rows are committed.
    std::optional<StoredFile> store_upload_log() {
        if (!log_) return std::nullopt;
        const auto id = db::new_file_ids(farm_.database, 1).front();
        auto stored = farm_.librarian.begin(id, build_.archive.is_private);
        if (!stored) throw Failure(ExitStatus::unavailable, stored.error().message);
        const auto written = stored->write(*log_);
        if (!written) throw Failure(ExitStatus::unavailable, written.error().message);
        auto file =
            stored->finish(policy::upload_log_name(build_.id, uploading_.leaf), "text/plain");
        if (!file) throw Failure(ExitStatus::unavailable, file.error().message);
        settlement_.upload_log = std::move(*file);
        return std::optional<StoredFile>(std::move(*stored));
    }

    // The log was named for the success that was expected.
    std::optional<StoredFile> rename_build_log() {
        if (settlement_.to == BuildState::FULLYBUILT || !uploading_.build_log) return std::nullopt;
        const std::string name = policy::build_log_name(build_, settlement_.to);
        build_log_ = db::read_library_file(farm_.database, *uploading_.build_log);
        if (!build_log_ || build_log_->filename == name) return std::nullopt;
        auto renamed = farm_.librarian.begin_rename(*build_log_, name);
        if (!renamed) throw Failure(ExitStatus::unavailable, renamed.error().message);
        new_log_name_ = name;
        return std::optional<StoredFile>(std::move(*renamed));
    }

    bool commit() {
        auto upload_log = store_upload_log();
        auto build_log = rename_build_log();
        db::Transaction transaction(farm_.database);
        if (!db::settle(transaction, settlement_)) return false;
        if (build_log && !db::rename_library_file(transaction, *build_log_, new_log_name_))
            return false;
        if (settlement_.to == BuildState::FAILEDTOUPLOAD)
            queue_mails(transaction, farm_, build_.id, {settlement_.detail, mailed(), ""},
                        end_.admins_alone);
        transaction.commit();
        if (upload_log) upload_log->keep();
        if (build_log) build_log->keep();
        return true;
    }

    void report(bool built) {
        ++(built ? farm_.report.uploaded : farm_.report.rejected);
        if (!built) {
            farm_.log.warning("{} is FAILEDTOUPLOAD{}{}", build_.title(),
                              settlement_.detail.empty() ? "" : ": ", settlement_.detail);
            return;
        }
        farm_.log.info("{} is FULLYBUILT", build_.title());
        if (end_.problem.empty() && build_.has_binaries) return;
        farm_.report.needs_person = true;
        farm_.log.error("{} ({}) is FULLYBUILT, but {}", build_.title(), build_.id.value,
                        end_.problem.empty() ? "has no binaries: look at its log"
                                             : "its uploader ended with " + end_.problem);
    }

    Farm& farm_;
    const db::UploadingBuild& uploading_;
    const UploaderEnd& end_;
    const BuildFacts& build_;
    std::optional<std::string> log_;
    std::optional<LibraryFile> build_log_;
    std::string new_log_name_;
    db::Settlement settlement_;
};

}  // namespace

void forget_children(const Farm& farm, const std::string& leaf) {
    const std::string& root = farm.settings().root;
    for (const auto& name : {leaf, leaf + publish_suffix}) {
        const auto left = supervise::inspect(child_folder(root, name));
        if (!left || left->state == supervise::Left::State::running) continue;
        for (const auto& path : {child_folder(root, name), temporary_folder(root, name)}) {
            if (!exists(path) || farm.only_says("remove {}", path)) continue;
            if (auto gone = remove_tree(path); !gone) farm.our_fault(gone.error().message);
        }
    }
}

void settle(Farm& farm, const db::UploadingBuild& uploading, const UploaderEnd& end) {
    try {
        Settling(farm, uploading, end).run();
    } catch (const db::Lost&) {
        throw;
    } catch (const Failure& failure) {  // our disk: this build waits for the next round
        farm.our_fault(fmt::format("{}: {}", uploading.build.title(), failure.what()));
    } catch (const db::StatementError& error) {
        farm.refused(uploading.build.title(), error);
    }
}

}  // namespace buildd::farm
