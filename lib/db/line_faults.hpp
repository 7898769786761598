// What `archive check` last had against the lines of archives (spec: schema, table archivefault).
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "db/database.hpp"

namespace buildd::db {

struct LineFault {
    std::string line, why;          // without passwords
    std::chrono::seconds age = {};  // since the check; when noting: not read
};

// In place of what an earlier check of the archive had found.
void note_line_faults(Database& database, ArchiveId archive, const std::vector<LineFault>& faults);

// Of the lines that the last attempt of a build was given, as its archive's last check found them.
std::vector<LineFault> faults_of_lines(Database& database, BuildId build);

}  // namespace buildd::db
