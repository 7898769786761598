-- What an upload is about to publish, or may have published without a word from its
-- publish_command.

CREATE TABLE binaryclaim (
    archive bigint NOT NULL REFERENCES archive (id),
    name farmname NOT NULL,
    version text NOT NULL CHECK (version ~ '^[0-9A-Za-z.+:~-]+$'),
    architecture farmname NOT NULL,
    filetype text NOT NULL CHECK (filetype IN ('deb', 'udeb', 'ddeb')),
    filename text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    build bigint NOT NULL REFERENCES build (id),
    leaf text NOT NULL,
    claimed timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (archive, name, version, architecture, filetype),
    UNIQUE (archive, filename)
);
CREATE INDEX ON binaryclaim (build);
COMMENT ON TABLE binaryclaim IS
    'Packages that an archive may hold already though no binarypackagerelease says so: whoever '
    'publishes claims first. While a build has claims it is not retried and its results are kept.';
COMMENT ON COLUMN binaryclaim.filename IS 'Its version has no epoch.';
COMMENT ON COLUMN binaryclaim.leaf IS
    'Its publish_command was run for this leaf, and is run again for no other.';
