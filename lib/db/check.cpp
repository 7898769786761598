#include "db/check.hpp"

#include <iterator>

#include "base/text.hpp"
#include "db/library.hpp"
#include "db/privacy.hpp"

namespace buildd::db {

namespace {

// Each answers with a sentence for every row that breaks it.
constexpr const char* rules[] = {
    R"(SELECT format('job %s has a builder, but its build %s is %s', q.id, b.id, b.buildstate)
    FROM buildqueue q JOIN build b ON b.id = q.build
    WHERE q.builder IS NOT NULL AND b.buildstate NOT IN ('BUILDING', 'CANCELLING'))",
    R"(SELECT format('job %s is pending, but its build %s is %s', q.id, b.id, b.buildstate)
    FROM buildqueue q JOIN build b ON b.id = q.build
    WHERE q.builder IS NULL AND b.buildstate <> 'NEEDSBUILD')",
    R"(SELECT format('build %s is %s but has no job', b.id, b.buildstate)
    FROM build b WHERE b.buildstate IN ('BUILDING', 'CANCELLING')
        AND NOT EXISTS (SELECT 1 FROM buildqueue q WHERE q.build = b.id))",
    R"(SELECT format('build %s is NEEDSBUILD but has no job: run queue build', b.id)
    FROM build b WHERE b.buildstate = 'NEEDSBUILD'
        AND NOT EXISTS (SELECT 1 FROM buildqueue q WHERE q.build = b.id))",
    R"(SELECT format('build %s is FULLYBUILT but has no binaries', b.id)
    FROM build b WHERE b.buildstate = 'FULLYBUILT' AND b.upload_leaf IS NULL
        AND NOT EXISTS (SELECT 1 FROM binarypackagerelease r WHERE r.build = b.id))",
    R"(SELECT format('build %s is %s but claims %s', b.id, b.buildstate, c.filename)
    FROM binaryclaim c JOIN build b ON b.id = c.build
    WHERE b.buildstate NOT IN ('UPLOADING', 'FAILEDTOUPLOAD'))",
    R"(SELECT format('job %s is kept in group %s/%s, but belongs to %s/%s', q.id,
        q.architecturetag, q.trusted, das.architecturetag, is_trusted(archive.purpose))
    FROM buildqueue q JOIN build b ON b.id = q.build
        JOIN distroarchseries das ON das.id = b.distroarchseries
        JOIN archive ON archive.id = b.archive
    WHERE (q.architecturetag, q.trusted)
        IS DISTINCT FROM (das.architecturetag, is_trusted(archive.purpose)))",
    R"(SELECT format('architecture %s/%s/%s is of the family %s, its processor of %s',
        distribution.name, distroseries.name, architecturetag, family.name, own.name)
    FROM distroarchseries JOIN distroseries ON distroseries.id = distroarchseries.distroseries
        JOIN distribution ON distribution.id = distroseries.distribution
        JOIN processorfamily family ON family.id = processorfamily
        JOIN processor ON processor.name = architecturetag
        JOIN processorfamily own ON own.id = processor.family
    WHERE family.id <> own.id)",
    R"(SELECT format('%s/%s publishes several versions of source %s in %s %s: %s',
        distribution.name, archive.name, spn.name, distroseries.name, spph.pocket,
        string_agg(DISTINCT spph.version, ', '))
    FROM published_source spph
        JOIN archive ON archive.id = spph.archive
        JOIN distribution ON distribution.id = archive.distribution
        JOIN distroseries ON distroseries.id = spph.distroseries
        JOIN sourcepackagename spn ON spn.id = spph.sourcepackagename
    GROUP BY distribution.name, archive.name, spn.name, distroseries.name, spph.pocket
    HAVING count(DISTINCT spph.version) > 1)",
    R"(SELECT format('%s/%s publishes source %s %s more than once: as releases %s',
        distribution.name, archive.name, spn.name, spph.version,
        string_agg(DISTINCT spph.sourcepackagerelease::text, ', '))
    FROM published_source spph
        JOIN archive ON archive.id = spph.archive
        JOIN distribution ON distribution.id = archive.distribution
        JOIN sourcepackagename spn ON spn.id = spph.sourcepackagename
    GROUP BY distribution.name, archive.name, spn.name, spph.version
    HAVING count(DISTINCT spph.sourcepackagerelease) > 1)",
    R"(SELECT format('builders %s lead to one daemon, %s', string_agg(name, ', ' ORDER BY name),
        builder_address(url))
    FROM builder GROUP BY builder_address(url) HAVING count(*) > 1)",
    R"(SELECT format('library file %s, %s, is %s though %s', lfa.id, lfa.filename,
        CASE WHEN lfa.restricted THEN 'restricted' ELSE 'public' END,
        CASE WHEN wanted THEN 'its archives are private' ELSE 'it is in a public archive' END)
    FROM libraryfilealias lfa JOIN (
        SELECT libraryfile, bool_and(archive.private) AS wanted
        FROM libraryfilearchive its JOIN archive ON archive.id = its.archive GROUP BY 1) its
        ON its.libraryfile = lfa.id
    WHERE lfa.restricted <> wanted)",
    R"(SELECT format('source %s %s has no .dsc', spn.name, spr.version)
    FROM sourcepackagerelease spr
        JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
    WHERE NOT EXISTS (SELECT 1 FROM sourcepackagereleasefile f
        JOIN libraryfilealias lfa ON lfa.id = f.libraryfile
        WHERE f.sourcepackagerelease = spr.id AND lfa.filename LIKE '%.dsc'))"};

// Each mends what a rule above finds, and answers with a sentence for every row.
constexpr const char* repairs[] = {
    R"(UPDATE buildqueue q SET architecturetag = das.architecturetag,
        trusted = is_trusted(archive.purpose)
    FROM build b, distroarchseries das, archive
    WHERE b.id = q.build AND das.id = b.distroarchseries AND archive.id = b.archive
        AND (q.architecturetag, q.trusted)
            IS DISTINCT FROM (das.architecturetag, is_trusted(archive.purpose))
    RETURNING format('mended: job %s is kept in group %s/%s', q.id, q.architecturetag, q.trusted))",
    R"(UPDATE distroarchseries das SET processorfamily = family.id
    FROM processor JOIN processorfamily family ON family.id = processor.family,
        distroseries JOIN distribution ON distribution.id = distroseries.distribution
    WHERE processor.name = das.architecturetag AND das.processorfamily <> family.id
        AND distroseries.id = das.distroseries
    RETURNING format('mended: architecture %s/%s/%s is of the family %s', distribution.name,
        distroseries.name, das.architecturetag, family.name))",
    R"(WITH changed AS (
        UPDATE libraryfilealias lfa SET restricted = wanted
        FROM (SELECT libraryfile, bool_and(archive.private) AS wanted
            FROM libraryfilearchive its JOIN archive ON archive.id = its.archive GROUP BY 1) its
        WHERE its.libraryfile = lfa.id AND lfa.restricted <> wanted
        RETURNING lfa.id, lfa.filename, lfa.restricted),
    moves AS (INSERT INTO librarymove SELECT id FROM changed ON CONFLICT DO NOTHING)
    SELECT format('mended: library file %s, %s, is %s', id, filename,
        CASE WHEN restricted THEN 'restricted' ELSE 'public' END) FROM changed)"};

std::vector<std::string> sentences(const Rows& rows) {
    std::vector<std::string> all;
    for (Row row : rows) all.push_back(row.get<std::string>());
    return all;
}

}  // namespace

std::vector<std::string> find_inconsistencies(Database& database) {
    static const std::string sql = join({std::begin(rules), std::end(rules)}, " UNION ALL ");
    return sentences(database.query(sql.c_str()));
}

std::vector<std::string> mend(Transaction& transaction) {
    hold_privacy_of_all(transaction);
    std::vector<std::string> mended;
    for (const char* repair : repairs)
        for (auto& sentence : sentences(transaction.change(repair)))
            mended.push_back(std::move(sentence));
    return mended;
}

std::vector<std::string> enabled_architectures(Database& database) {
    return sentences(database.query(R"(
        SELECT format('%s/%s/%s', distribution.name, distroseries.name, architecturetag)
        FROM distroarchseries JOIN distroseries ON distroseries.id = distroarchseries.distroseries
            JOIN distribution ON distribution.id = distroseries.distribution
        WHERE enabled ORDER BY 1)"));
}

std::vector<LibraryFile> library_page(Database& database, LibraryFileId after, int limit) {
    static const std::string sql = std::string("SELECT ") + library_columns +
                                   " FROM libraryfilealias lfa JOIN libraryfilecontent lfc "
                                   "ON lfc.id = lfa.content WHERE lfa.id > $1 ORDER BY lfa.id "
                                   "LIMIT $2";
    std::vector<LibraryFile> files;
    for (Row row : database.query(sql.c_str(), after, limit))
        files.push_back(read_library_columns(row));
    return files;
}

}  // namespace buildd::db
