#include "db/line_faults.hpp"

namespace buildd::db {

void note_line_faults(Database& database, ArchiveId archive, const std::vector<LineFault>& faults) {
    std::vector<std::string> lines, whys;
    for (const auto& fault : faults) {
        lines.push_back(fault.line);
        whys.push_back(fault.why);
    }
    Transaction transaction(database);
    transaction.execute("DELETE FROM archivefault WHERE archive = $1 AND line <> ALL ($2::text[])",
                        archive, lines);
    transaction.execute(R"(
        INSERT INTO archivefault (archive, line, why)
        SELECT $1, line, why FROM unnest($2::text[], $3::text[]) AS new (line, why)
        ON CONFLICT (archive, line) DO UPDATE SET why = excluded.why, found = excluded.found)",
                        archive, lines, whys);
    transaction.commit();
}

std::vector<LineFault> faults_of_lines(Database& database, BuildId build) {
    std::vector<LineFault> faults;
    for (Row row : database.query(R"(
             SELECT fault.line, fault.why, extract(epoch FROM now() - fault.found)::bigint
             FROM build
                 JOIN buildattempt given ON given.id = (
                     SELECT max(id) FROM buildattempt WHERE buildattempt.build = build.id)
                 JOIN archivefault fault ON fault.archive = build.archive
                     AND fault.line = ANY (string_to_array(given.archive_lines, E'\n'))
             WHERE build.id = $1
             ORDER BY array_position(string_to_array(given.archive_lines, E'\n'), fault.line))",
                                  build)) {
        LineFault& one = faults.emplace_back();
        row >> one.line >> one.why >> one.age;
    }
    return faults;
}

}  // namespace buildd::db
