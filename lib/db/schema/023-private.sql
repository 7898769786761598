-- An archive becomes private, or public again, with the files that it has.

CREATE TABLE librarymove (
    libraryfile bigint PRIMARY KEY REFERENCES libraryfilealias (id) ON DELETE CASCADE
);
COMMENT ON TABLE librarymove IS
    'Files that may still lie where they did before their "restricted" changed: to be moved.';

-- Older versions left them, and leaves, to the umask, and knew no restricted_group.
INSERT INTO librarymove SELECT id FROM libraryfilealias WHERE restricted;

CREATE VIEW libraryfilearchive AS
    SELECT file.libraryfile, spph.archive FROM sourcepackagereleasefile file
        JOIN sourcepackagepublishinghistory spph USING (sourcepackagerelease)
    UNION ALL SELECT buildlog, archive FROM build WHERE buildlog IS NOT NULL
    UNION ALL SELECT upload_log, archive FROM build WHERE upload_log IS NOT NULL
    UNION ALL SELECT attempt.buildlog, build.archive FROM buildattempt attempt
        JOIN build ON build.id = attempt.build WHERE attempt.buildlog IS NOT NULL
    UNION ALL SELECT attempt.upload_log, build.archive FROM buildattempt attempt
        JOIN build ON build.id = attempt.build WHERE attempt.upload_log IS NOT NULL
    UNION ALL SELECT file.libraryfile, build.archive FROM buildattemptfile file
        JOIN buildattempt attempt ON attempt.id = file.buildattempt
        JOIN build ON build.id = attempt.build
    UNION ALL SELECT file.libraryfile, bpr.archive FROM binarypackagefile file
        JOIN binarypackagerelease bpr ON bpr.id = file.binarypackagerelease;
COMMENT ON VIEW libraryfilearchive IS
    'The archives that a library file is of. One that is in a public archive too is not restricted.';

-- What was stored while the archive changed is where the archive was.
CREATE FUNCTION file_comes_to_archive(file bigint, its_archive bigint) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE wanted boolean;
BEGIN
    IF file IS NULL THEN RETURN; END IF;
    -- Shared with others; who changes an archive has it alone (db/privacy.cpp).
    PERFORM pg_advisory_xact_lock_shared(1651862629, 0);
    PERFORM FROM libraryfilealias lfa, archive
        WHERE lfa.id = file AND archive.id = its_archive AND lfa.restricted <> archive.private;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT bool_and(archive.private) INTO wanted
        FROM libraryfilearchive its JOIN archive ON archive.id = its.archive
        WHERE its.libraryfile = file;
    UPDATE libraryfilealias SET restricted = wanted WHERE id = file AND restricted <> wanted;
    IF FOUND THEN INSERT INTO librarymove VALUES (file) ON CONFLICT DO NOTHING; END IF;
END $$;
COMMENT ON FUNCTION file_comes_to_archive(bigint, bigint) IS
    'Has a file follow the archives that it is of, in the transaction that names it.';

CREATE FUNCTION build_file_comes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM file_comes_to_archive(NEW.buildlog, NEW.archive),
        file_comes_to_archive(NEW.upload_log, NEW.archive);
    RETURN NULL;
END $$;
CREATE TRIGGER build_logs_come AFTER UPDATE OF buildlog, upload_log ON build FOR EACH ROW
    WHEN ((OLD.buildlog, OLD.upload_log) IS DISTINCT FROM (NEW.buildlog, NEW.upload_log))
    EXECUTE FUNCTION build_file_comes();

CREATE FUNCTION attempt_file_comes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM file_comes_to_archive(NEW.buildlog, archive),
        file_comes_to_archive(NEW.upload_log, archive) FROM build WHERE id = NEW.build;
    RETURN NULL;
END $$;
CREATE TRIGGER attempt_logs_come AFTER INSERT OR UPDATE OF buildlog, upload_log ON buildattempt
    FOR EACH ROW WHEN (NEW.buildlog IS NOT NULL OR NEW.upload_log IS NOT NULL)
    EXECUTE FUNCTION attempt_file_comes();

CREATE FUNCTION paper_comes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM file_comes_to_archive(NEW.libraryfile, build.archive)
        FROM buildattempt attempt JOIN build ON build.id = attempt.build
        WHERE attempt.id = NEW.buildattempt;
    RETURN NULL;
END $$;
CREATE TRIGGER paper_comes AFTER INSERT ON buildattemptfile FOR EACH ROW
    EXECUTE FUNCTION paper_comes();

CREATE FUNCTION binary_comes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM file_comes_to_archive(NEW.libraryfile, archive)
        FROM binarypackagerelease WHERE id = NEW.binarypackagerelease;
    RETURN NULL;
END $$;
CREATE TRIGGER binary_comes AFTER INSERT ON binarypackagefile FOR EACH ROW
    EXECUTE FUNCTION binary_comes();

CREATE FUNCTION source_comes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM file_comes_to_archive(libraryfile, NEW.archive)
        FROM sourcepackagereleasefile WHERE sourcepackagerelease = NEW.sourcepackagerelease
        ORDER BY libraryfile;
    RETURN NULL;
END $$;
CREATE TRIGGER source_comes AFTER INSERT ON sourcepackagepublishinghistory FOR EACH ROW
    EXECUTE FUNCTION source_comes();

COMMENT ON COLUMN archive.private IS 'Its sources, packages, papers and logs are restricted.';
-- Hours of before may have counted what private archives had in the queue.
DELETE FROM queuehour WHERE EXISTS (SELECT FROM archive WHERE private);
