// What process-upload reads and writes (spec: behaviour §6).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/build.hpp"
#include "model/library.hpp"

namespace buildd::db {

struct UploadTarget {
    BuildFacts build;
    std::string leaf;  // the one it waits for; empty for none
};
std::optional<UploadTarget> read_upload_target(Database& database, BuildId build);

struct NewBinary {
    std::string name, version, architecture, provides;
    std::string file_type;  // "deb", "udeb" or "ddeb"
    std::string multiarch;  // no, same, foreign, allowed
    LibraryFile file;       // stored once it is published
};

// A file of an upload, whether it is to be published or not.
struct UploadedFile {
    std::string name, sha256;
};

// Those names that a file of the archive has, of a source or a binary, with other bytes.
std::vector<std::string> names_taken(Database& database, ArchiveId archive,
                                     const std::vector<UploadedFile>& files);

// Those of `binaries` that the archive holds already, as "name version architecture (type)".
std::vector<std::string> already_published(Database& database, ArchiveId archive,
                                           const std::vector<NewBinary>& binaries);

// Files, binary rows, build FULLYBUILT, its claims done with; guarded by the leaf. false: the build
// no longer waits for it. Within the caller's transaction.
bool publish(Transaction& transaction, const UploadTarget& target,
             const std::vector<NewBinary>& binaries);

}  // namespace buildd::db
