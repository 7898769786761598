// Handing results to the uploader, and settling what it made of them (spec: behaviour §5.5, 5.6).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "db/uploads.hpp"
#include "farm/work.hpp"
#include "policy/examination.hpp"
#include "supervise/supervise.hpp"

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
    net::Task<> work_on(std::string leaf, const ItemHold& hold) override;

 private:
    std::string title(const std::string& leaf) const;
    net::Task<> attend(const db::UploadingBuild& uploading, const ItemHold& hold);
    net::Task<> run_uploader(const db::UploadingBuild& uploading, const ItemHold& hold);
    void judge(const db::UploadingBuild& uploading, const Result<supervise::ChildEnd>& end);
    void not_examined(const db::UploadingBuild& uploading, const std::string& why, bool killed);
    void say_overdue(const std::string& leaf, const policy::UploadTries& tries);

    Farm& farm_;
    std::map<std::string, BuildId> builds_;  // by leaf
    std::map<std::string, bool> overdue_;    // leaves said to be, in this run
};

// The environment variable that tells process-upload which inherited descriptor holds its lock.
inline constexpr const char* lock_fd_variable = "BUILDD_MASTER_LEAF_LOCK_FD";

}  // namespace buildd::farm
