-- What "archive check" last had against the lines of an archive's builds.

CREATE TABLE archivefault (
    archive bigint NOT NULL REFERENCES archive (id),
    line text NOT NULL,
    why text NOT NULL,
    found timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (archive, line)
);
COMMENT ON TABLE archivefault IS
    'deb lines that apt could not use when "archive check" last looked; passwords are masked.';
