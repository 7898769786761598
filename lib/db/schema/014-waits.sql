-- Waits that end: what an attempt lacked, when an index was read, and what is left to a person.

ALTER TYPE attemptoutcome ADD VALUE 'OVERTIME';

ALTER TABLE build
    ADD COLUMN for_person timestamptz,
    ADD COLUMN retried timestamptz;
COMMENT ON COLUMN build.for_person IS
    'Since when only a person brings it on: its attempts end the same again and again.';
COMMENT ON COLUMN build.retried IS
    'When a person last had it tried again: equal answers are counted from then.';
CREATE INDEX builds_left_to_a_person ON build (for_person) WHERE for_person IS NOT NULL;

-- Whatever brings a build on ends that.
CREATE OR REPLACE FUNCTION build_changes_legally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT buildstate_may_change(OLD.buildstate, NEW.buildstate) THEN
        RAISE EXCEPTION 'build % cannot go from % to %', OLD.id, OLD.buildstate, NEW.buildstate
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.for_person IS NOT DISTINCT FROM OLD.for_person THEN
        NEW.for_person := NULL;
    END IF;
    RETURN NEW;
END $$;

ALTER TABLE buildattempt
    ADD COLUMN dependencies text,
    ADD COLUMN index_seen text;
COMMENT ON COLUMN buildattempt.dependencies IS 'What the builder could not find (DEPFAIL).';
COMMENT ON COLUMN buildattempt.index_seen IS
    'Digest of what could be had of it when queue build had it tried again.';
-- Waits of before count from one equal answer.
UPDATE buildattempt SET dependencies = build.dependencies
    FROM build
    WHERE build.buildstate = 'MANUALDEPWAIT' AND buildattempt.id = (
        SELECT max(last.id) FROM buildattempt last
        WHERE last.build = build.id AND last.outcome = 'DEPFAIL');

ALTER TABLE archivebinary ADD COLUMN multiarch text;
COMMENT ON COLUMN archivebinary.multiarch IS
    'Its Multi-Arch field, "no" without one; null: not known, read before it was noted.';

ALTER TABLE binarypackagerelease ADD COLUMN datecreated timestamptz;
ALTER TABLE binarypackagerelease ALTER COLUMN datecreated SET DEFAULT now();
COMMENT ON COLUMN binarypackagerelease.datecreated IS
    'When it was taken in; null: before that was noted, as its build ended at the latest.';

CREATE TABLE archiveindex (
    archive bigint NOT NULL REFERENCES archive (id),
    distroarchseries bigint NOT NULL REFERENCES distroarchseries (id),
    pocket packagepublishingpocket NOT NULL,
    refreshed timestamptz NOT NULL,
    PRIMARY KEY (archive, distroarchseries, pocket)
);
CREATE INDEX ON archiveindex (distroarchseries);
COMMENT ON TABLE archiveindex IS
    'When "archive refresh" last read what an archive lists: for packages taken in before that it is the truth.';
