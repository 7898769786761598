-- A .deb and a .udeb of one name and version stand beside each other in an archive.

ALTER TABLE binarypackagerelease
    ADD COLUMN filetype text NOT NULL DEFAULT 'deb' CHECK (filetype IN ('deb', 'udeb', 'ddeb'));
COMMENT ON COLUMN binarypackagerelease.filetype IS 'The suffix of its file.';

UPDATE binarypackagerelease SET filetype = substring(lfa.filename FROM '[^.]*$')
    FROM binarypackagefile bpf JOIN libraryfilealias lfa ON lfa.id = bpf.libraryfile
    WHERE bpf.binarypackagerelease = binarypackagerelease.id AND lfa.filename ~ '\.[ud]deb$';

ALTER TABLE binarypackagerelease
    DROP CONSTRAINT binarypackagerelease_build_binarypackagename_architecture_key,
    DROP CONSTRAINT binarypackagerelease_archive_binarypackagename_version_arch_key,
    ADD UNIQUE (build, binarypackagename, architecture, filetype),
    ADD UNIQUE (archive, binarypackagename, version, architecture, filetype);
COMMENT ON COLUMN binarypackagerelease.archive IS
    'The build''s, filled in by a trigger: an archive holds a name, version, architecture and file '
    'type once.';

-- A word that no package is called would be too long for the indexes.
CREATE OR REPLACE FUNCTION provided_names(provides text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT array(SELECT word FROM unnest(string_to_array(translate(provides, ',()', '   '), ' '))
        AS word WHERE length(word) <= 255)
$$;
REINDEX TABLE binarypackagerelease;
REINDEX TABLE archivebinary;

-- Does an archive hold a file of this name already?
CREATE INDEX ON libraryfilealias (filename);
