-- How many jobs of an archive, or of all archives of an owner, may run at once.

ALTER TABLE archive ADD COLUMN max_running integer CHECK (max_running > 0);
ALTER TABLE person ADD COLUMN max_running integer CHECK (max_running > 0);
COMMENT ON COLUMN archive.max_running IS 'Of its jobs so many may be on builders; null: all.';
COMMENT ON COLUMN person.max_running IS
    'Of the jobs of all archives that it owns so many may be on builders; null: all.';
CREATE INDEX limited_archives ON archive (id) WHERE max_running IS NOT NULL;
CREATE INDEX limited_people ON person (id) WHERE max_running IS NOT NULL;

CREATE VIEW runlimit AS
    WITH limited AS MATERIALIZED (
        SELECT id, owner FROM archive WHERE max_running IS NOT NULL
        UNION
        SELECT archive.id, archive.owner FROM person JOIN archive ON archive.owner = person.id
            WHERE person.max_running IS NOT NULL),
    running AS MATERIALIZED (
        SELECT build.archive, archive.owner, count(*) AS jobs
        FROM buildqueue q JOIN build ON build.id = q.build
            JOIN archive ON archive.id = build.archive
        WHERE q.builder IS NOT NULL GROUP BY 1, 2)
    SELECT limited.id AS archive,
        (archive.max_running - coalesce((SELECT sum(jobs) FROM running
            WHERE running.archive = limited.id), 0))::integer AS archive_room,
        (person.max_running - coalesce((SELECT sum(jobs) FROM running
            WHERE running.owner = limited.owner), 0))::integer AS owner_room
    FROM limited JOIN archive ON archive.id = limited.id
        LEFT JOIN person ON person.id = limited.owner;
COMMENT ON VIEW runlimit IS
    'Archives whose jobs are limited: how many more may run of its own, and of its owner''s; null: all.';
