-- Jobs tell their archive, so that those of one at its limit are passed over before any join.

ALTER TABLE buildqueue ADD COLUMN archive bigint;
UPDATE buildqueue SET archive = build.archive FROM build WHERE build.id = buildqueue.build;
ALTER TABLE buildqueue ALTER COLUMN archive SET NOT NULL;
COMMENT ON COLUMN buildqueue.archive IS 'Kept by a trigger: its build''s.';

CREATE OR REPLACE FUNCTION buildqueue_group() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT das.architecturetag, archive.purpose <> 'PPA', archive.id
        INTO NEW.architecturetag, NEW.trusted, NEW.archive
        FROM build JOIN distroarchseries das ON das.id = build.distroarchseries
            JOIN archive ON archive.id = build.archive
        WHERE build.id = NEW.build;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION buildqueue_group() IS 'Fills in which builders may take a job, and its archive.';
