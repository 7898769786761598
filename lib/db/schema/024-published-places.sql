-- In which suites this farm has published packages: what a claim asks of each archive that has a
-- missing one. Asked of the builds themselves it took seconds where there are 300,000.

CREATE TABLE archivepublished (
    archive bigint NOT NULL REFERENCES archive (id),
    distroseries bigint NOT NULL REFERENCES distroseries (id),
    pocket packagepublishingpocket NOT NULL,
    PRIMARY KEY (archive, distroseries, pocket)
);
CREATE INDEX ON archivepublished (distroseries);
COMMENT ON TABLE archivepublished IS
    'Kept by triggers: where a package that the farm has built was ever published.';

INSERT INTO archivepublished (archive, distroseries, pocket)
    SELECT build.archive, das.distroseries, build.pocket
    FROM build JOIN distroarchseries das ON das.id = build.distroarchseries
    WHERE EXISTS (SELECT FROM binarypackagerelease bpr WHERE bpr.build = build.id)
    UNION
    SELECT spph.archive, spph.distroseries, spph.pocket
    FROM sourcepackagepublishinghistory spph
        JOIN build ON build.sourcepackagerelease = spph.sourcepackagerelease
            AND build.archive = spph.archive
    WHERE EXISTS (SELECT FROM binarypackagerelease bpr WHERE bpr.build = build.id);

CREATE FUNCTION binaries_are_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO archivepublished (archive, distroseries, pocket)
        SELECT build.archive, das.distroseries, build.pocket
        FROM added JOIN build ON build.id = added.build
            JOIN distroarchseries das ON das.id = build.distroarchseries
        UNION
        SELECT spph.archive, spph.distroseries, spph.pocket
        FROM added JOIN build ON build.id = added.build
            JOIN sourcepackagepublishinghistory spph
                ON spph.sourcepackagerelease = build.sourcepackagerelease
                AND spph.archive = build.archive
        ORDER BY 1, 2, 3
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION binaries_are_published() IS
    'Binaries are where they were made for, and wherever their source is published.';
CREATE TRIGGER binaries_are_published AFTER INSERT ON binarypackagerelease
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION binaries_are_published();

CREATE FUNCTION source_brings_binaries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO archivepublished (archive, distroseries, pocket)
        SELECT DISTINCT added.archive, added.distroseries, added.pocket
        FROM added
        WHERE EXISTS (
            SELECT FROM build JOIN binarypackagerelease bpr ON bpr.build = build.id
            WHERE build.sourcepackagerelease = added.sourcepackagerelease
                AND build.archive = added.archive)
        ORDER BY 1, 2, 3
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION source_brings_binaries() IS
    'A source that is published in another place of its archive takes its binaries along.';
CREATE TRIGGER source_brings_binaries AFTER INSERT ON sourcepackagepublishinghistory
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION source_brings_binaries();

CREATE OR REPLACE FUNCTION archive_has(archive bigint, series bigint,
        pocket packagepublishingpocket)
    RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
            SELECT FROM archivepublished p
            WHERE p.archive = $1 AND p.distroseries = $2 AND p.pocket = $3)
        OR EXISTS (
            SELECT FROM archivecomponent known
                JOIN distroarchseries das ON das.id = known.distroarchseries
            WHERE known.archive = $1 AND das.distroseries = $2 AND known.pocket = $3
                AND known.component <> '')
$$;
