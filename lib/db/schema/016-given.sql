-- What builds and attempts were given is recorded with them: moving the nominated architecture, a
-- new chroot or another address of an archive changes nothing of what is under way or was.

ALTER TABLE sourcepackagerelease ADD COLUMN buildindeparchitecture text NOT NULL DEFAULT '';
COMMENT ON COLUMN sourcepackagerelease.buildindeparchitecture IS
    'The Build-Indep-Architecture field of the .dsc: where its arch:all packages are built.';

ALTER TABLE build ADD COLUMN arch_indep boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN build.arch_indep IS
    'It also makes the arch:all packages: one build of a source in an archive does.';

-- Of those that were there: what they would have been told today, but never where another one has
-- made the packages already.
UPDATE build SET arch_indep = true
FROM distroarchseries das, distroseries, sourcepackagerelease spr
WHERE das.id = build.distroarchseries AND distroseries.id = das.distroseries
    AND spr.id = build.sourcepackagerelease
    AND (btrim(spr.architecturehintlist) = 'all' OR EXISTS (
            SELECT FROM binarypackagerelease bpr
            WHERE bpr.build = build.id AND bpr.architecture = 'all')
        OR (distroseries.nominatedarchindep = das.id AND NOT EXISTS (
            SELECT FROM build other JOIN binarypackagerelease bpr ON bpr.build = other.id
            WHERE other.sourcepackagerelease = build.sourcepackagerelease
                AND other.archive = build.archive AND other.id <> build.id
                AND bpr.architecture = 'all')));
ALTER TABLE build ALTER COLUMN arch_indep DROP DEFAULT;

CREATE FUNCTION build_arch_indep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT btrim(spr.architecturehintlist) = 'all'
            OR distroseries.nominatedarchindep IS NOT DISTINCT FROM das.id
        INTO NEW.arch_indep
        FROM distroarchseries das JOIN distroseries ON distroseries.id = das.distroseries,
            sourcepackagerelease spr
        WHERE das.id = NEW.distroarchseries AND spr.id = NEW.sourcepackagerelease;
    NEW.arch_indep := coalesce(NEW.arch_indep, false);
    RETURN NEW;
END $$;
COMMENT ON FUNCTION build_arch_indep() IS
    'For a build that a person makes with a plain INSERT; "queue build" says it itself.';
CREATE TRIGGER build_arch_indep BEFORE INSERT ON build FOR EACH ROW
    WHEN (NEW.arch_indep IS NULL) EXECUTE FUNCTION build_arch_indep();

ALTER TABLE buildqueue
    ADD COLUMN chroot bigint REFERENCES libraryfilealias (id),
    ADD COLUMN archive_lines text;
COMMENT ON COLUMN buildqueue.chroot IS 'What build() of this attempt was given.';
COMMENT ON COLUMN buildqueue.archive_lines IS
    'The deb lines that build() of this attempt was given, one a line; passwords are masked.';
ALTER TABLE buildattempt
    ADD COLUMN chroot bigint REFERENCES libraryfilealias (id),
    ADD COLUMN archive_lines text;
CREATE INDEX ON buildattempt (chroot);
COMMENT ON COLUMN buildattempt.chroot IS
    'What it was given; null: build() was not sent, or by a version that did not record it.';
COMMENT ON COLUMN buildattempt.archive_lines IS
    'The deb lines that it was given, one a line; passwords are masked.';

CREATE TABLE neverbuilt (
    sourcepackagerelease bigint NOT NULL REFERENCES sourcepackagerelease (id),
    distroseries bigint NOT NULL REFERENCES distroseries (id),
    archive bigint NOT NULL REFERENCES archive (id),
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    told timestamptz,
    PRIMARY KEY (sourcepackagerelease, distroseries, archive)
);
CREATE INDEX ON neverbuilt (distroseries);
CREATE INDEX ON neverbuilt (archive);
COMMENT ON TABLE neverbuilt IS
    'Published sources of which nobody will build something, as "queue build" found them.';
COMMENT ON COLUMN neverbuilt.told IS 'When "queue build" named it with this reason.';

CREATE FUNCTION binaries_made_by(build bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT twin.id
    FROM build mine
        JOIN distroarchseries das ON das.id = mine.distroarchseries
        JOIN build twin ON twin.sourcepackagerelease = mine.sourcepackagerelease
            AND twin.archive = mine.archive AND twin.id <> mine.id
            AND twin.buildstate = 'FULLYBUILT'
        JOIN distroarchseries made ON made.id = twin.distroarchseries
            AND made.architecturetag = das.architecturetag
    WHERE mine.id = $1
        AND EXISTS (SELECT FROM binarypackagerelease bpr WHERE bpr.build = twin.id)
    LIMIT 1
$$;
COMMENT ON FUNCTION binaries_made_by(bigint) IS
    'Another build of its source whose binaries of its architecture its archive holds: none of its '
    'own could be taken in. Mostly one for another series, where the binaries are the same.';
