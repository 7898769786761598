-- What a builder, a build, a source and an archive are is said once, whoever asks. lib/policy has
-- the same rules for what a pass has read (builder_state.hpp, transitions.hpp).

CREATE TYPE builderstate AS ENUM (
    'DISABLED', 'FAILED', 'BUILDING', 'MANUAL', 'QUARANTINED', 'CUTOFF', 'CANARY', 'IDLE');

CREATE VIEW builder_now AS
SELECT b.id, coalesce(b.architecturetag, processor.name) AS architecture, b.trusted,
    (CASE WHEN b.disabled_by IS NOT NULL THEN 'DISABLED'
        WHEN NOT b.builderok THEN 'FAILED'
        WHEN q.id IS NOT NULL THEN 'BUILDING'
        WHEN b.manual THEN 'MANUAL'
        WHEN b.quarantined_until > now() THEN 'QUARANTINED'
        WHEN b.cut_off_by IS NOT NULL THEN 'CUTOFF'
        WHEN b.quarantined_until IS NOT NULL THEN 'CANARY'
        ELSE 'IDLE' END)::builderstate AS state,
    b.disabled_by IS NULL AND NOT b.manual AS in_service,
    b.builderok AND NOT b.manual AND b.drained_by IS NULL AND b.quarantined_until IS NULL
        AND b.cut_off_by IS NULL AS in_use
FROM builder b JOIN processor ON processor.id = b.processor
    LEFT JOIN buildqueue q ON q.builder = b.id;
COMMENT ON VIEW builder_now IS 'What each builder is just now.';
COMMENT ON COLUMN builder_now.architecture IS
    'What it said last; until it has said it, what it was added as.';
COMMENT ON COLUMN builder_now.state IS
    'CANARY: its quarantine''s rest is over, and one job tries it. CUTOFF: its network is to blame.';
COMMENT ON COLUMN builder_now.in_service IS
    'It gets jobs without a person: now, or once it is healthy again.';
COMMENT ON COLUMN builder_now.in_use IS 'It takes jobs: this one, or the next.';

CREATE VIEW active_build AS
SELECT id, sourcepackagerelease, distroarchseries, archive, pocket, buildstate FROM build
WHERE buildstate IN ('NEEDSBUILD', 'BUILDING', 'UPLOADING', 'CANCELLING');
COMMENT ON VIEW active_build IS
    'Builds that are to come to an end: of a source, one for each architecture, archive and pocket.';

CREATE VIEW published_source AS
SELECT id, sourcepackagerelease, sourcepackagename, version, distroseries, archive, pocket,
    component, datecreated
FROM sourcepackagepublishinghistory WHERE status IN ('PENDING', 'PUBLISHED');
COMMENT ON VIEW published_source IS 'Where sources are published, or are about to be.';

CREATE FUNCTION is_trusted(purpose archivepurpose) RETURNS boolean LANGUAGE sql IMMUTABLE AS
    $$ SELECT purpose <> 'PPA' $$;
COMMENT ON FUNCTION is_trusted(archivepurpose) IS
    'Whether trusted builders build what an archive of that purpose holds; else untrusted ones do.';

CREATE OR REPLACE FUNCTION buildqueue_group() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT das.architecturetag, is_trusted(archive.purpose), archive.id
        INTO NEW.architecturetag, NEW.trusted, NEW.archive
        FROM build JOIN distroarchseries das ON das.id = build.distroarchseries
            JOIN archive ON archive.id = build.archive
        WHERE build.id = NEW.build;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION archive_moves_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE buildqueue SET trusted = is_trusted(NEW.purpose) FROM build
        WHERE build.id = buildqueue.build AND build.archive = NEW.id
            AND buildqueue.trusted <> is_trusted(NEW.purpose);
    RETURN NULL;
END $$;
