#include "db/snapshot.hpp"

#include <map>

#include "db/build_columns.hpp"
#include "db/candidates.hpp"
#include "model/edits.hpp"

namespace buildd::db {

BuildFacts read_build(Row& row) {
    BuildFacts build;
    std::optional<std::string> owner;
    row >> build.id >> build.state >> build.failure_count;
    row >> build.target.distribution >> build.target.series >> build.target.architecture_tag >>
        build.target.series_status >> build.target.pocket >> build.target.suite;
    row >> build.source.id >> build.source.name >> build.source.version;
    row >> build.archive.id >> build.archive.name >> build.archive.purpose >> owner >>
        build.archive.is_private;
    row >> build.source_published >> build.has_binaries >> build.for_person >> build.arch_indep;
    build.archive.owner = owner.value_or("");
    return build;
}

namespace {

const std::string builder_columns = R"(
SELECT b.id, b.name, b.url, processor.name, family.name, coalesce(tags.tags, ''), coalesce(tags.chroot, false),
    b.builderok, b.disabled_by IS NOT NULL, coalesce(b.next_probe <= now(), false),
    b.trusted, b.manual, array_to_string(b.tags, ' '), b.reserved, array_to_string(b.refuses, ' '),
    coalesce(b.vm_host, ''), b.clean_status,
    coalesce(b.architecturetag, ''), coalesce(b.version, ''), b.failure_count, b.probe_failures,
    b.suspicion, b.quarantines, extract(epoch FROM now() - b.quarantined_since)::bigint,
    CASE WHEN b.quarantined_until > now()
        THEN ceil(extract(epoch FROM b.quarantined_until - now()))::bigint END,
    b.cut_off_by IS NOT NULL,
    count(*) FILTER (WHERE )" + in_use +
                                    R"() OVER (PARTITION BY b.architecturetag, b.trusted)
        - CASE WHEN )" + in_use + R"( THEN 1 ELSE 0 END,
    count(*) FILTER (WHERE )" + is_witness +
                                    R"() OVER (PARTITION BY b.architecturetag, b.trusted)
        - CASE WHEN )" + is_witness +
                                    R"( THEN 1 ELSE 0 END,
    coalesce(together.before, 0), coalesce(together.number, 0),
    b.silent_probes, extract(epoch FROM now() - b.silent_since)::bigint,
    extract(epoch FROM now() - CASE WHEN heldrow.id IS NULL
        THEN watched_since(b.aborting_since, b.aborting_seen) END)::bigint,
    b.cut_passes > 0 OR b.passed_over > 0, job.id)";

const std::string builder_joins = R"(
FROM builder b
    JOIN processor ON processor.id = b.processor
    JOIN processorfamily family ON family.id = processor.family
    LEFT JOIN (
        SELECT processorfamily, string_agg(DISTINCT architecturetag, ' ') AS tags,
            bool_or(EXISTS (SELECT 1 FROM pocketchroot WHERE distroarchseries = das.id)) AS chroot
        FROM distroarchseries das GROUP BY processorfamily) tags ON tags.processorfamily = family.id
    LEFT JOIN buildqueue job ON job.builder = b.id
    LEFT JOIN heldrow ON heldrow.kind = 'builder' AND heldrow.id = b.id
    LEFT JOIN (
        SELECT id, count(*) OVER (ORDER BY silent_since
                RANGE BETWEEN interval '5 min' PRECEDING AND CURRENT ROW) AS before,
            count(*) OVER (ORDER BY silent_since RANGE BETWEEN interval '5 min' PRECEDING
                AND interval '5 min' FOLLOWING) AS number
        FROM builder WHERE silent_since IS NOT NULL AND disabled_by IS NULL) together
        ON together.id = b.id)";

const std::string builders_sql =
    builder_columns + builder_joins +
    " WHERE b.builderok OR b.next_probe <= now() OR job.id IS NOT NULL "
    "ORDER BY b.passed_over DESC, b.cut_passes > 0 DESC, b.name";

const std::string all_builders_sql = builder_columns + R"(,
    coalesce(b.failnotes, ''), coalesce(b.disabled_by, ''),
    extract(epoch FROM b.next_probe - now())::bigint)" +
                                     builder_joins + " ORDER BY b.name";

const std::string untrusted_sql = builder_columns + builder_joins +
                                  " WHERE NOT b.trusted AND b.disabled_by IS NULL ORDER BY b.name";

const std::string running_sql =
    "SELECT job.builder, job.id, job.dispatched IS NOT NULL,"
    " job.attempts, job.givenback, job.retries, coalesce(job.logtail, ''),"
    " extract(epoch FROM now() - watched_since(job.logtail_changed, job.watched))::bigint,"
    " extract(epoch FROM now() - watched_since(job.silent_since, job.watched))::bigint,"
    " extract(epoch FROM now() - watched_since(job.abort_requested, job.watched))::bigint,"
    " extract(epoch FROM now() - watched_since(job.buildstart, job.watched))::bigint,"
    " extract(epoch FROM now() - watched_since(job.dispatched, job.watched))::bigint,"
    " job.failed_starts, coalesce(job.start_file, ''), extract(epoch FROM job.fetch_time)::bigint,"
    " heldrow.id IS NOT NULL, coalesce((SELECT filename FROM libraryfilealias"
    " WHERE libraryfilealias.id = job.chroot), ''),"
    " coalesce(build.asked_again > coalesce(build.retried, '-infinity'), false), " +
    build_columns + " FROM buildqueue job JOIN build ON build.id = job.build " + build_joins +
    " LEFT JOIN heldrow ON heldrow.kind = 'job' AND heldrow.id = job.id"
    " WHERE job.builder IS NOT NULL";

// Jobs that refusals alone keep from builders are looked for only where some builder refuses
// something, and of those that need no tag only where no builder takes all.
const std::string missing_sql = R"(
WITH usable AS MATERIALIZED (
    SELECT architecture AS tag, b.trusted, b.tags, b.reserved,
        refused_patterns(b.refuses) AS refused
    FROM builder_now JOIN builder b USING (id) WHERE in_service)
SELECT 'family' AS kind, family.name, (
        SELECT string_agg(DISTINCT architecturetag, ', ' ORDER BY architecturetag)
        FROM distroarchseries das WHERE das.processorfamily = family.id), 0
FROM processorfamily family
WHERE EXISTS (SELECT 1 FROM distroarchseries das
        JOIN pocketchroot ON pocketchroot.distroarchseries = das.id
        WHERE das.processorfamily = family.id)
    AND NOT EXISTS (SELECT 1 FROM builder JOIN processor ON processor.id = builder.processor
        WHERE processor.family = family.id AND builder.builderok)
UNION ALL SELECT 'builder', name, coalesce(failnotes, ''), 0 FROM builder WHERE disabled_by = $1
UNION ALL
SELECT 'need', waiting.tag || CASE WHEN waiting.trusted THEN ' trusted' ELSE ' untrusted' END,
    array_to_string(waiting.tags, ' '), waiting.jobs
FROM (SELECT architecturetag AS tag, trusted, tags, count(*) AS jobs FROM buildqueue
      WHERE builder IS NULL AND tags <> '{}' AND parked_by IS NULL GROUP BY 1, 2, 3) waiting
WHERE NOT EXISTS (SELECT FROM usable b
    WHERE waiting.tags <@ b.tags AND b.trusted = waiting.trusted AND b.tag = waiting.tag)
UNION ALL
SELECT 'need', reserved.tag || CASE WHEN reserved.trusted THEN ' trusted' ELSE ' untrusted' END, '',
    0
FROM (SELECT tag, trusted FROM usable GROUP BY 1, 2 HAVING bool_and(reserved)) reserved
WHERE EXISTS (
    SELECT FROM buildqueue q
    WHERE q.builder IS NULL AND q.parked_by IS NULL AND q.tags = '{}'
        AND q.architecturetag = reserved.tag AND q.trusted = reserved.trusted)
UNION ALL
SELECT 'refused', q.architecturetag || CASE WHEN q.trusted THEN ' trusted' ELSE ' untrusted' END,
    min(spn.name), count(*)
FROM buildqueue q JOIN build ON build.id = q.build
    JOIN sourcepackagerelease spr ON spr.id = build.sourcepackagerelease
    JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
WHERE EXISTS (SELECT FROM builder WHERE refuses <> '{}')
    AND q.builder IS NULL AND q.parked_by IS NULL
    AND (q.tags <> '{}' OR (q.architecturetag, q.trusted) IN (
        SELECT tag, trusted FROM usable GROUP BY 1, 2
        HAVING bool_and(reserved OR refused IS NOT NULL)))
    AND (SELECT bool_and(coalesce(spn.name LIKE ANY (b.refused), false)) FROM usable b
        WHERE b.tag = q.architecturetag AND b.trusted = q.trusted AND q.tags <@ b.tags
            AND NOT (b.reserved AND q.tags = '{}'))
GROUP BY 1, 2
ORDER BY 1, 2, 3)";

BuilderFacts read_builder(Row& row, std::optional<JobId>& job) {
    BuilderFacts b;
    std::string tags, purpose_tags, refuses;
    row >> b.id >> b.name >> b.url >> b.processor >> b.family >> tags >> b.family_has_chroot;
    row >> b.ok >> b.failed_for_person >> b.probe_due >> b.trusted >> b.manual >> purpose_tags >>
        b.purpose.reserved >> refuses >> b.vm_host >> b.clean_status;
    row >> b.architecture_tag >> b.version >> b.failure_count >> b.probe_failures >> b.suspicion >>
        b.quarantines >> b.quarantined >> b.rests >> b.cut_off >> b.peers >> b.witnesses >>
        b.silent_together.before >> b.silent_together.all >> b.silent_probes >> b.silent >>
        b.aborting >> b.cut_before >> job;
    b.family_tags = split_words(tags);
    b.purpose.tags = split_words(purpose_tags);
    b.purpose.refuses = split_words(refuses);
    return b;
}

RunningJob read_running(Row& row) {
    RunningJob job;
    row >> job.id >> job.dispatched >> job.attempts >> job.givenback >> job.retries >> job.logtail;
    bool held = false;
    row >> job.tail_unchanged >> job.silent >> job.abort_requested;
    row >> job.claimed >> job.building >> job.failed_starts >> job.start_file >> job.fetching >>
        held >> job.chroot >> job.asked_again;
    // One of them may be what could not be cleared (held_rows.hpp).
    if (held) job.tail_unchanged = job.silent = job.abort_requested = std::nullopt;
    job.build = read_build(row);
    return job;
}

}  // namespace

std::deque<BuilderFacts> read_builders(Database& database) {
    std::deque<BuilderFacts> builders;
    std::map<std::int64_t, std::size_t> busy;  // builder id → its place
    const Rows rows = database.query(builders_sql.c_str());
    for (Row row : rows) {
        std::optional<JobId> job;
        builders.push_back(read_builder(row, job));
        if (job) busy[builders.back().id.value] = builders.size() - 1;
    }
    if (busy.empty()) return builders;
    for (Row row : database.query(running_sql.c_str())) {
        const auto found = busy.find(row.get<BuilderId>().value);
        if (found != busy.end())
            builders[found->second].job = std::make_unique<RunningJob>(read_running(row));
    }
    return builders;
}

std::deque<BuilderFacts> read_untrusted_builders(Database& database) {
    std::deque<BuilderFacts> builders;
    for (Row row : database.query(untrusted_sql.c_str())) {
        std::optional<JobId> job;
        builders.push_back(read_builder(row, job));
        if (job) builders.back().job = std::make_unique<RunningJob>();
        if (job) builders.back().job->id = *job;
    }
    return builders;
}

std::vector<WatchedBuilder> watch_builders(Database& database) {
    std::vector<WatchedBuilder> builders;
    for (Row row : database.query(all_builders_sql.c_str())) {
        WatchedBuilder& one = builders.emplace_back();
        std::optional<JobId> job;
        one.facts = read_builder(row, job);
        if (job) {
            one.facts.job = std::make_unique<RunningJob>();
            one.facts.job->id = *job;
        }
        row >> one.notes >> one.disabled_by >> one.next_probe;
    }
    return builders;
}

Missing read_missing(Database& database) {
    const Rows rows = database.query(missing_sql.c_str(), given_up_by);
    Missing missing;
    for (Row row : rows) {
        std::string kind, name, words;
        std::int64_t jobs = 0;
        row >> kind >> name >> words >> jobs;
        if (kind == "family")
            missing.families.emplace_back(name, words);
        else if (kind == "builder")
            missing.builders.emplace_back(name, words);
        else if (kind == "refused")
            missing.needs.push_back({name, "", jobs, words});
        else
            missing.needs.push_back({name, words, jobs, ""});
    }
    return missing;
}

std::optional<BuildFacts> read_build_facts(Database& database, BuildId id) {
    static const std::string sql =
        "SELECT " + build_columns + " FROM build " + build_joins + " WHERE build.id = $1";
    const Rows rows = database.query(sql.c_str(), id);
    if (rows.empty()) return std::nullopt;
    Row row = rows[0];
    return read_build(row);
}

}  // namespace buildd::db
