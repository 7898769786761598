-- What must be unique is so by constraint: who checks first and then inserts is not alone.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Publications: of a name one version is active in an archive, series and pocket, and of a version
-- one release in an archive. Rows of one release may be several, e.g. an override that is PENDING
-- beside what is PUBLISHED.

ALTER TABLE sourcepackagerelease ADD UNIQUE (id, sourcepackagename, version);
ALTER TABLE sourcepackagepublishinghistory ADD COLUMN sourcepackagename bigint, ADD COLUMN version text;
UPDATE sourcepackagepublishinghistory spph
    SET sourcepackagename = spr.sourcepackagename, version = spr.version
    FROM sourcepackagerelease spr WHERE spr.id = spph.sourcepackagerelease;

-- Doubles that were made before. Of the releases of one version that one stays whose binaries are
-- there, else the first; where another one stood, it takes its place.
CREATE TEMPORARY TABLE double_release ON COMMIT DROP AS
    SELECT id AS publication, sourcepackagerelease, first_value(sourcepackagerelease) OVER (
        PARTITION BY archive, sourcepackagename, version
        ORDER BY EXISTS (SELECT 1 FROM build WHERE build.archive = spph.archive
            AND build.sourcepackagerelease = spph.sourcepackagerelease
            AND build.buildstate = 'FULLYBUILT') DESC, sourcepackagerelease) AS kept
    FROM sourcepackagepublishinghistory spph WHERE status IN ('PENDING', 'PUBLISHED');
DELETE FROM double_release WHERE sourcepackagerelease = kept;
UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED'
    FROM double_release WHERE sourcepackagepublishinghistory.id = double_release.publication;
INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, sourcepackagename, version,
        distroseries, archive, pocket, component, status, datecreated)
    SELECT DISTINCT ON (kept, distroseries, archive, pocket) kept, sourcepackagename, version,
        distroseries, archive, pocket, component, 'PUBLISHED', datecreated
    FROM sourcepackagepublishinghistory spph JOIN double_release ON publication = id
    WHERE NOT EXISTS (SELECT 1 FROM sourcepackagepublishinghistory there
        WHERE there.sourcepackagerelease = kept AND there.distroseries = spph.distroseries
            AND there.archive = spph.archive AND there.pocket = spph.pocket
            AND there.status IN ('PENDING', 'PUBLISHED'))
    ORDER BY kept, distroseries, archive, pocket, id;

-- Of several versions the highest stays. Such keys are ordered as dpkg orders parts of versions:
-- ~ before the end, the end before letters, letters before the rest; numbers by their value.
CREATE FUNCTION part_key(part text) RETURNS numeric[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    key numeric[] := '{}';
    run text[];
BEGIN
    FOR run IN SELECT regexp_matches(part, '([^0-9]*)([0-9]*)', 'g') LOOP
        CONTINUE WHEN run = '{"",""}' AND key <> '{}';
        key := key || ARRAY(SELECT CASE WHEN c = '~' THEN -1 WHEN c ~ '[A-Za-z]' THEN ascii(c)
                ELSE ascii(c) + 256 END
            FROM regexp_split_to_table(run[1], '') WITH ORDINALITY AS t (c, n)
            WHERE c <> '' ORDER BY n)::numeric[] 
            || 0::numeric || coalesce(nullif(run[2], ''), '0')::numeric;
    END LOOP;
    RETURN key || 0::numeric;
END $$;
CREATE TEMPORARY TABLE ordered_version ON COMMIT DROP AS
    SELECT spph.id, sourcepackagerelease, first_value(sourcepackagerelease) OVER (
        PARTITION BY archive, distroseries, pocket, sourcepackagename
        ORDER BY coalesce(nullif(parts[1], ''), '0')::numeric DESC, part_key(parts[2]) DESC,
            part_key(coalesce(parts[3], '')) DESC, sourcepackagerelease DESC) AS highest
    FROM sourcepackagepublishinghistory spph,
        regexp_match(version, '^(?:([0-9]+):)?(.*?)(?:-([^-]*))?$') AS parts
    WHERE status IN ('PENDING', 'PUBLISHED');
UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED' FROM ordered_version
    WHERE sourcepackagepublishinghistory.id = ordered_version.id
        AND ordered_version.sourcepackagerelease <> highest;
DROP FUNCTION part_key;

CREATE FUNCTION publication_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT sourcepackagename, version INTO NEW.sourcepackagename, NEW.version
        FROM sourcepackagerelease WHERE id = NEW.sourcepackagerelease;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION publication_names() IS 'Fills in name and version of a publication''s release.';
CREATE TRIGGER publication_names BEFORE INSERT OR UPDATE OF sourcepackagerelease
    ON sourcepackagepublishinghistory FOR EACH ROW EXECUTE FUNCTION publication_names();

ALTER TABLE sourcepackagepublishinghistory
    ALTER COLUMN sourcepackagename SET NOT NULL,
    ALTER COLUMN version SET NOT NULL,
    ADD CONSTRAINT publication_is_named_as_its_release
        FOREIGN KEY (sourcepackagerelease, sourcepackagename, version)
        REFERENCES sourcepackagerelease (id, sourcepackagename, version),
    ADD CONSTRAINT one_active_version EXCLUDE USING gist (sourcepackagename WITH =,
        archive WITH =, distroseries WITH =, pocket WITH =, sourcepackagerelease WITH <>)
        WHERE (status IN ('PENDING', 'PUBLISHED')),
    ADD CONSTRAINT one_release_of_a_version EXCLUDE USING gist (sourcepackagename WITH =,
        archive WITH =, version WITH =, sourcepackagerelease WITH <>)
        WHERE (status IN ('PENDING', 'PUBLISHED'));
COMMENT ON COLUMN sourcepackagepublishinghistory.sourcepackagename IS
    'Its release''s, as is version: kept by a trigger, for what must be unique.';

-- Builders: two URLs that lead to one daemon are one.

CREATE FUNCTION builder_address(url text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(lower(part[1]) || '://' || lower(part[2]) || ':'
            || coalesce(nullif(ltrim(part[3], '0'), ''),
                CASE lower(part[1]) WHEN 'https' THEN '443' ELSE '80' END)
            || rtrim(regexp_replace(coalesce(part[4], ''), '/+', '/', 'g'), '/'), url)
    FROM regexp_match(url,
        '^(https?)://(?:[^@/]*@)?(\[[^]]*\]|[^:/]+)(?::([0-9]*))?(/.*)?$', 'i') AS part
$$;
COMMENT ON FUNCTION builder_address(text) IS
    'A URL for comparing: scheme and host in lower case, with its port, without needless slashes, '
    'user and password.';

-- Of builders with one address that one keeps it that has a job, else the first.
CREATE TEMPORARY TABLE same_address ON COMMIT DROP AS
    SELECT builder.id, builder_address(builder.url) AS address, first_value(builder.name) OVER same AS kept,
        row_number() OVER same > 1 AS moved
    FROM builder LEFT JOIN buildqueue ON buildqueue.builder = builder.id
    WINDOW same AS (PARTITION BY builder_address(builder.url)
        ORDER BY buildqueue.id IS NULL, builder.id);
UPDATE builder SET url = 'http://' || name || '.invalid/', builderok = false,
        disabled_by = 'db upgrade', next_probe = NULL,
        failnotes = 'its URL leads to ' || address || ', as that of builder ' || kept
            || ' does: set another with builder set --url'
    FROM same_address WHERE builder.id = same_address.id AND moved;
CREATE UNIQUE INDEX one_builder_an_address ON builder (builder_address(url));

-- Planners that remember an empty table take ages once it has grown; the owner's passes are not the
-- only ones that fill tables.

CREATE FUNCTION analyze_table(grown regclass) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF grown NOT IN ('build'::regclass, 'buildqueue'::regclass, 'archivebinary'::regclass) THEN
        RAISE EXCEPTION '% is not analysed on request', grown;
    END IF;
    EXECUTE format('ANALYZE (SKIP_LOCKED) %s', grown);  -- a VACUUM counts it, too
END $$;
ALTER FUNCTION analyze_table(regclass) SET search_path FROM CURRENT;
COMMENT ON FUNCTION analyze_table(regclass) IS
    'Counts a table that has grown anew, for those who do not own it.';
