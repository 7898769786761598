// process-upload: takes one leaf in, or says why not (spec: behaviour §6).
#pragma once

#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/settings.hpp"
#include "db/database.hpp"
#include "librarian/librarian.hpp"
#include "model/ids.hpp"
#include "net/loop.hpp"

namespace buildd {

struct UploadOrder {
    std::string root;  // of the farm's folders
    std::string leaf;
    BuildId build;
    std::string distribution;  // -d
    std::string suite;         // -s
};

struct UploadTools {
    net::Loop& loop;
    db::Database& database;
    const Librarian& librarian;
    Log& log;
    const std::vector<std::string>& publish_command;
    std::chrono::seconds timeout;
    int lock_fd;  // of the leaf's lock
};

// Where the leaf went, now or in an earlier run.
enum class UploadEnd {
    accepted,  // build FULLYBUILT, leaf in accepted/
    rejected,  // leaf in rejected/
    failed,    // leaf in failed/: it holds no .changes, or publish_command has refused it
    given_up,  // leaf in failed/: publish_command has come to nothing for a day
};

// Safe to run again for one leaf at any point. The caller holds the leaf's lock.
// Throws Failure(bad_input) when there is no such leaf or the build waits for another one, and
// another one when it could not be examined or published: nothing has changed then.
net::Task<UploadEnd> take_in(const UploadTools& tools, UploadOrder order);

// `<root>/locks/<item>`, `<root>/children/<item>` and `<root>/tmp/<item>` of a leaf or another
// item.
std::string leaf_lock_path(const std::string& root, const std::string& item);
std::string child_folder(const std::string& root, const std::string& item);
std::string temporary_folder(const std::string& root, const std::string& item);

// The folders below root that a leaf may lie in, in the order of behaviour §5.6.
inline constexpr const char* incoming_folder = "incoming";
inline constexpr const char* accepted_folder = "accepted";
inline constexpr const char* rejected_folder = "rejected";
inline constexpr const char* failed_folder = "failed";
inline constexpr const char* stuck_folder = "failed-to-move";
inline constexpr const char* locks_folder = "locks";
inline constexpr const char* children_folder = "children";
inline constexpr const char* tmp_folder = "tmp";
inline constexpr const char* grabbing_folder = "grabbing";

}  // namespace buildd
