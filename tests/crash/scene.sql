-- What the crash matrix adds to the sample farm; actors.cpp adds builders and their builds.

DELETE FROM buildqueue;
DELETE FROM build WHERE id <> 6;
DELETE FROM builder;
-- Published sources would otherwise get builds of their own.
DELETE FROM sourcepackagepublishinghistory WHERE sourcepackagerelease <> 16;
UPDATE archive SET private = true WHERE id = 9;
INSERT INTO pocketchroot (distroarchseries, pocket, chroot) VALUES (12, 'RELEASE', 1);

-- A source called so; published unless `status` says otherwise.
CREATE FUNCTION pg_temp.new_source(number bigint, title text, hints text, archive bigint,
        status packagepublishingstatus) RETURNS void LANGUAGE sql AS $$
    INSERT INTO sourcepackagename (id, name) VALUES (number, title);
    INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component, creator,
            architecturehintlist) VALUES (number, number, '1.0', 1, 1, hints);
    INSERT INTO sourcepackagereleasefile (sourcepackagerelease, libraryfile) VALUES (number, 10);
    INSERT INTO sourcepackagepublishinghistory
            (sourcepackagerelease, distroseries, archive, component, status)
        VALUES (number, 3, archive, 1, status) $$;

-- An archive's build of it in hoary, which needs building.
CREATE FUNCTION pg_temp.new_build(number bigint, title text, architecture text, archive bigint,
        state buildstate, status packagepublishingstatus, leaf text)
        RETURNS void LANGUAGE sql AS $$
    SELECT pg_temp.new_source(number, title, architecture, archive, status);
    INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, archive,
            upload_leaf)
        SELECT number, CASE architecture WHEN 'i386' THEN 1 ELSE 2 END, das.id, state, number,
            archive, leaf
        FROM distroarchseries das WHERE das.distroseries = 3 AND architecturetag = architecture $$;

SELECT pg_temp.new_build(301, 'waiting', 'i386', 1, 'NEEDSBUILD', 'PUBLISHED', NULL);
SELECT pg_temp.new_build(302, 'waitingtoo', 'i386', 1, 'NEEDSBUILD', 'PUBLISHED', NULL);
SELECT pg_temp.new_build(303, 'swift', 'hppa', 1, 'NEEDSBUILD', 'PUBLISHED', NULL);
SELECT pg_temp.new_build(304, 'personal', 'i386', 9, 'NEEDSBUILD', 'PUBLISHED', NULL);
INSERT INTO buildqueue (id, build, lastscore) VALUES (401, 301, 10), (402, 302, 20), (403, 303, 5),
    (404, 304, 5);
-- A published source without a build, a build without its job, one whose dependency has come.
SELECT pg_temp.new_source(300, 'new', 'i386', 1, 'PUBLISHED');
SELECT pg_temp.new_build(309, 'jobless', 'i386', 1, 'NEEDSBUILD', 'PUBLISHED', NULL);
SELECT pg_temp.new_build(308, 'depwait', 'i386', 1, 'MANUALDEPWAIT', 'PUBLISHED', NULL);
UPDATE build SET dependencies = 'custom (>= 0.5)' WHERE id = 308;

-- Three uploads: to be done; done, but not settled; refused, but not settled.
SELECT pg_temp.new_build(305, 'incoming', 'i386', 1, 'UPLOADING', 'PUBLISHED',
    '20260101-000000-305-405');
SELECT pg_temp.new_build(306, 'accepted', 'i386', 1, 'FULLYBUILT', 'PUBLISHED',
    '20260101-000000-306-406');
SELECT pg_temp.new_build(307, 'rejected', 'i386', 1, 'UPLOADING', 'PUBLISHED',
    '20260101-000000-307-407');
INSERT INTO buildattempt (build, cookie, started, outcome, leaf) VALUES
    (305, '305-405', now(), 'OK', '20260101-000000-305-405'),
    (306, '306-406', now(), 'OK', '20260101-000000-306-406'),
    (307, '307-407', now(), 'OK', '20260101-000000-307-407');

INSERT INTO mailqueue (recipient, subject, message) VALUES ('unsent@example.org', 'Unsent',
    E'To: unsent@example.org\r\nSubject: [Build #0] Unsent\r\n\r\nSaid before.\r\n');
