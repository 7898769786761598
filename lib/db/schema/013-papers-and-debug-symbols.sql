-- The papers of each attempt are kept, and archives may want debug symbols.

CREATE TABLE buildattemptfile (
    buildattempt bigint NOT NULL REFERENCES buildattempt (id),
    libraryfile bigint NOT NULL REFERENCES libraryfilealias (id),
    PRIMARY KEY (buildattempt, libraryfile)
);
CREATE INDEX ON buildattemptfile (libraryfile);
COMMENT ON TABLE buildattemptfile IS
    'The .changes and .buildinfo that an attempt left, whatever became of its upload.';

ALTER TABLE archive ADD COLUMN debug_symbols boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN archive.debug_symbols IS 'Its builders also make packages of debug symbols.';
