#include "db/cause_window.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace buildd::db {

namespace {

constexpr const char* owner_of_ppa =
    "CASE WHEN archive.purpose = 'PPA' THEN coalesce(archive_owner.name, archive.name) ELSE '' END";
constexpr const char* joins = R"(
    JOIN distroarchseries das ON das.id = build.distroarchseries
    JOIN distroseries ON distroseries.id = das.distroseries
    JOIN distribution ON distribution.id = distroseries.distribution
    JOIN archive ON archive.id = build.archive
    LEFT JOIN person archive_owner ON archive_owner.id = archive.owner)";

// What an attempt that has this `chroot` was made to have: public files, and others.
std::string files_of(const std::string& chroot) {
    return R"(
    LEFT JOIN LATERAL (
        SELECT string_agg(lfa.id::text, ' ') FILTER (WHERE NOT lfa.restricted) AS open,
            string_agg(lfa.id::text, ' ') FILTER (WHERE lfa.restricted) AS restricted
        FROM (SELECT )" +
           chroot + R"( AS id
              UNION SELECT libraryfile FROM sourcepackagereleasefile
                  WHERE sourcepackagerelease = build.sourcepackagerelease) file
            JOIN libraryfilealias lfa ON lfa.id = file.id
        WHERE )" +
           chroot + " IS NOT NULL) had ON true";
}

std::vector<LibraryFileId> ids(const std::optional<std::string>& words) {
    std::vector<LibraryFileId> files;
    for (const auto& word : split_words(words.value_or("")))
        files.push_back({parse_int(word).value_or(0)});
    return files;
}

std::string ends_sql() {
    return std::string("SELECT e.id, e.build, e.builder, ") + owner_of_ppa + R"(, e.outcome,
            extract(epoch FROM coalesce(a.started, e.at))::bigint,
            extract(epoch FROM e.at)::bigint, e.file, coalesce(e.url, ''), e.heard, e.on_fetch,
            a.chroot, coalesce(a.archive_lines, ''),
            distribution.name || '/' || distroseries.name, had.open, had.restricted
        FROM evidence e JOIN build ON build.id = e.build
            LEFT JOIN buildattempt a ON a.id = e.attempt)" +
           joins + files_of("a.chroot") + R"(
        WHERE e.at > now() - interval '15 minutes' AND e.taken_back IS NULL
        UNION ALL
        SELECT 0, q.build, q.builder, )" +
           owner_of_ppa + R"(, NULL, extract(epoch FROM q.dispatched)::bigint,
            extract(epoch FROM now())::bigint, NULL, '', 'no', false, q.chroot,
            coalesce(q.archive_lines, ''), distribution.name || '/' || distroseries.name,
            had.open, had.restricted
        FROM buildqueue q JOIN build ON build.id = q.build)" +
           joins + files_of("q.chroot") + " WHERE q.dispatched IS NOT NULL";
}

}  // namespace

CauseWindow read_cause_window(Database& database) {
    static const std::string sql = ends_sql();
    CauseWindow window;
    for (Row row : database.query(sql.c_str())) {
        WindowEnd& end = window.ends.emplace_back();
        std::optional<std::string> open, restricted;
        row >> end.evidence >> end.build >> end.builder >> end.owner >> end.outcome >> end.began >>
            end.at >> end.file >> end.url >> end.heard >> end.on_fetch >> end.chroot >>
            end.archive_lines >> end.series >> open >> restricted;
        end.files = ids(open);
        end.restricted = ids(restricted);
    }
    for (Row row : database.query(R"(
             SELECT b.id, b.url, architecture ||
                 CASE WHEN b.trusted THEN '' ELSE ' untrusted' END, b.trusted,
                 b.builderok AND NOT b.manual, b.disabled_by IS NOT NULL,
                 extract(epoch FROM b.silent_since)::bigint, extract(epoch FROM now())::bigint
             FROM builder b JOIN builder_now USING (id))")) {
        WindowBuilder& one = window.builders.emplace_back();
        row >> one.id >> one.url >> one.group >> one.trusted >> one.in_use >> one.disabled >>
            one.silent >> window.now;
    }
    return window;
}

void note_judged(Database& database, const CauseWindow& window) {
    std::int64_t newest = 0;
    for (const auto& end : window.ends) newest = std::max(newest, end.evidence);
    database.execute("UPDATE evidence SET to_judge = false WHERE to_judge AND id <= $1", newest);
}

}  // namespace buildd::db
