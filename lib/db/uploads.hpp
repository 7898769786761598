// Builds whose results wait to be taken in (spec: behaviour §5.5-5.8).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/build.hpp"
#include "model/library.hpp"

namespace buildd::db {

struct UploadingBuild {
    BuildFacts build;
    std::string leaf;
    std::optional<LibraryFileId> build_log;
};

// Every build with a leaf, by leaf: UPLOADING, or settled already by an uploader (FULLYBUILT).
struct WaitingLeaf {
    BuildId build;
    std::string leaf;
};
std::vector<WaitingLeaf> waiting_leaves(Database& database);

// Their states as uploaders have left them, by leaf. A build that no longer names its leaf is left
// out.
std::vector<UploadingBuild> read_uploading(Database& database,
                                           const std::vector<WaitingLeaf>& leaves);

// The upload is over: `to` is FULLYBUILT (only the leaf and the log are noted) or FAILEDTOUPLOAD.
// Guarded by the leaf. Within the caller's transaction.
struct Settlement {
    BuildId build;
    std::string leaf;
    BuildState from = BuildState::UPLOADING;
    BuildState to = BuildState::FULLYBUILT;
    std::optional<LibraryFile> upload_log;
    std::string detail;
};
bool settle(Transaction& transaction, const Settlement& settlement);

// Which of these cookies belong to a job that exists.
std::vector<Cookie> live_cookies(Database& database, const std::vector<Cookie>& cookies);

// Which of these leaves a build names.
std::vector<std::string> named_leaves(Database& database, const std::vector<std::string>& leaves);

}  // namespace buildd::db
