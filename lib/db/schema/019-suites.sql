-- What "archive refresh" has read of each suite and index, so that what is unchanged is not fetched
-- again, and what is missing is known to have been there.

CREATE TABLE archivesuite (
    archive bigint NOT NULL REFERENCES archive (id),
    distroseries bigint NOT NULL REFERENCES distroseries (id),
    pocket packagepublishingpocket NOT NULL,
    source text NOT NULL,
    file text NOT NULL,
    etag text NOT NULL DEFAULT '',
    modified text NOT NULL DEFAULT '',
    PRIMARY KEY (archive, distroseries, pocket)
);
CREATE INDEX ON archivesuite (distroseries);
COMMENT ON TABLE archivesuite IS
    'Suites of which all indexes were read: the headers of their (In)Release, for the next request.';
COMMENT ON COLUMN archivesuite.source IS
    'URL of the suite without credentials, and the digest of the key that it was checked against.';

CREATE TABLE archivecomponent (
    archive bigint NOT NULL REFERENCES archive (id),
    distroarchseries bigint NOT NULL REFERENCES distroarchseries (id),
    pocket packagepublishingpocket NOT NULL,
    component text NOT NULL,
    digest text NOT NULL,
    PRIMARY KEY (archive, distroarchseries, pocket, component)
);
CREATE INDEX ON archivecomponent (distroarchseries);
COMMENT ON TABLE archivecomponent IS
    'Of which indexes the packages in archivebinary were read; the component of external lines is empty.';
COMMENT ON COLUMN archivecomponent.digest IS 'The digests that Release stated of them.';
INSERT INTO archivecomponent (archive, distroarchseries, pocket, component, digest)
    SELECT DISTINCT archive, distroarchseries, pocket, component, '' FROM archivebinary
    WHERE component <> '';

-- A package may be in two components, or in one and in what external lines bring.
ALTER TABLE archivebinary DROP CONSTRAINT archivebinary_pkey,
    ADD PRIMARY KEY (archive, distroarchseries, pocket, name, version, component);
