// Handing results to the uploader, and settling what it made of them (spec: behaviour §5.5, 5.6).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "db/uploads.hpp"
#include "farm/uploader.hpp"
#include "farm/work.hpp"
#include "policy/examination.hpp"

namespace buildd::farm {

// Every build that names a leaf, at most upload_jobs at a time. A leaf that could not be examined
// waits for its next try (upload/tries.hpp).
class UploadKind : public WorkKind {
 public:
    explicit UploadKind(Farm& farm) : farm_(farm) {}

    std::string slot() const override { return "upload"; }
    std::int64_t slots() const override { return farm_.settings().upload_jobs; }
    std::vector<std::string> waiting() override;
    std::string describe(const std::string& leaf) const override;
    bool is_awaited(const std::string& leaf) const override;  // gathered by this pass
    void say_held(const std::string& leaf) const override;
    std::size_t at_once(std::size_t due) const override;
    net::Task<> work_on(WorkHold& hold) override;

 private:
    struct Held {
        db::UploadingBuild uploading;
        int lock_fd;
    };

    std::string title(const std::string& leaf) const;
    template <class Work>
    void guarded(const std::string& leaf, Work&& work) const;
    using LockFds = std::map<std::string, int>;  // by leaf
    std::vector<Held> read(const LockFds& lock_fds) const;
    bool is_to_be_uploaded(const db::UploadingBuild& uploading);
    bool is_done(const db::UploadingBuild& uploading);
    net::Task<std::vector<Held>> run_uploader(std::vector<Held> leaves, const WorkHold& hold);
    void judge(const db::UploadingBuild& uploading, const UploaderResult& end);
    void not_examined(const db::UploadingBuild& uploading, const std::string& why, bool killed);
    void say_overdue(const std::string& leaf, const policy::UploadTries& tries);

    Farm& farm_;
    std::map<std::string, BuildId> builds_;  // by leaf
    std::map<std::string, bool> overdue_;    // leaves said to be, in this run
};

}  // namespace buildd::farm
