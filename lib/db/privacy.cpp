#include "db/privacy.hpp"

#include "db/bulk.hpp"

namespace buildd::db {

namespace {

constexpr int privacy_lock = 0x62756C65;  // as in the function file_comes_to_archive

}  // namespace

void hold_privacy_of_all(Transaction& transaction) {
    allow_long_statements(transaction);
    transaction.query("SELECT pg_advisory_xact_lock($1::integer, 0)", privacy_lock);
}

void have_files_follow(Transaction& transaction, ArchiveId archive) {
    transaction.execute(R"(
        WITH mine AS MATERIALIZED (
                SELECT DISTINCT libraryfile FROM libraryfilearchive WHERE archive = $1),
            changed AS (
                UPDATE libraryfilealias lfa SET restricted = NOT restricted
                FROM mine WHERE lfa.id = mine.libraryfile AND lfa.restricted <> (
                    SELECT bool_and(archive.private)
                    FROM libraryfilearchive its JOIN archive ON archive.id = its.archive
                    WHERE its.libraryfile = mine.libraryfile)
                RETURNING lfa.id)
        INSERT INTO librarymove SELECT id FROM changed ON CONFLICT DO NOTHING)",
                        archive);
}

bool is_to_be_moved(Database& database, LibraryFileId file) {
    return !database.query("SELECT 1 FROM librarymove WHERE libraryfile = $1", file).empty();
}

std::vector<FileMove> files_to_move(Database& database, LibraryFileId after, int limit) {
    std::vector<FileMove> moves;
    for (Row row : database.query(R"(
             SELECT lfa.id, lfa.restricted FROM librarymove
                 JOIN libraryfilealias lfa ON lfa.id = librarymove.libraryfile
             WHERE lfa.id > $1 ORDER BY lfa.id LIMIT $2)",
                                  after, limit)) {
        FileMove& one = moves.emplace_back();
        row >> one.file >> one.restricted;
    }
    return moves;
}

void have_moved(Database& database, const std::vector<FileMove>& moves) {
    std::vector<LibraryFileId> files;
    std::vector<bool> restricted;
    for (const auto& move : moves) {
        files.push_back(move.file);
        restricted.push_back(move.restricted);
    }
    database.execute(R"(
        DELETE FROM librarymove USING libraryfilealias lfa,
            unnest($1::bigint[], $2::boolean[]) AS moved (id, restricted)
        WHERE librarymove.libraryfile = moved.id AND lfa.id = moved.id
            AND lfa.restricted = moved.restricted)",
                     files, restricted);
}

std::map<BuildId, bool> privacy_of(Database& database, const std::vector<BuildId>& builds) {
    std::map<BuildId, bool> found;
    for (Row row :
         database.query("SELECT build.id, archive.private FROM build JOIN archive ON archive.id = "
                        "build.archive WHERE build.id = ANY ($1::bigint[])",
                        builds)) {
        const auto build = row.get<BuildId>();
        row >> found[build];
    }
    return found;
}

}  // namespace buildd::db
