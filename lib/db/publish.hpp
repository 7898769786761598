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
    std::string architecture_hints;
    bool nominated = false;
};
std::optional<UploadTarget> read_upload_target(Database& database, BuildId build);

struct NewBinary {
    std::string name, version, architecture, provides;
    LibraryFile file;
};

// Those of `binaries` that the archive holds already, as "name version architecture".
std::vector<std::string> already_published(Database& database, ArchiveId archive,
                                           const std::vector<NewBinary>& binaries);

// Files, binary rows, build FULLYBUILT: one transaction, guarded by the leaf. false: the build no
// longer waits for it.
bool publish(Database& database, const UploadTarget& target,
             const std::vector<NewBinary>& binaries);

}  // namespace buildd::db
