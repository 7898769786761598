-- A week of a farm, for its page: three architectures, every state of builders, a queue that grew and
-- fell, results of each kind, names as long as Debian's longest. The same each time but for the date.
INSERT INTO distribution (id, name, displayname) VALUES (1, 'debian', 'Debian');
INSERT INTO distroseries (id, distribution, name, displayname) VALUES (1, 1, 'sid', 'Sid');
CREATE TEMP TABLE tags AS SELECT number, tag
    FROM unnest(ARRAY['amd64', 'arm64', 'riscv64']) WITH ORDINALITY AS t(tag, number);
INSERT INTO processorfamily (id, name, title) SELECT number, tag, tag FROM tags;
INSERT INTO processor (id, family, name, title) SELECT number, number, tag, tag FROM tags;
INSERT INTO distroarchseries (id, distroseries, processorfamily, architecturetag)
    SELECT number, 1, number, tag FROM tags;
INSERT INTO archive (id, distribution, name, url) VALUES (1, 1, 'primary', 'http://deb.example.org/debian');

INSERT INTO builder (id, processor, name, title, url, manual)
    SELECT i, 1 + i % 3, name, name, 'http://' || name || ':8221/', name = 'conova'
    FROM unnest(ARRAY['arm-ubc-01', 'rv-osuosl-01', 'x86-grnet-02', 'arm-conova-03', 'rv-manda-02', 'x86-csail-01',
        'arm-arm-04', 'rv-osuosl-03', 'conova']) WITH ORDINALITY AS b(name, i);
UPDATE builder SET builderok = false, next_probe = now() + interval '16 min',
    failnotes = 'info: nothing came for 30 s: is buildd-runner running there? 192.0.2.17 port 8221'
    WHERE name = 'rv-manda-02';
UPDATE builder SET builderok = false, disabled_by = 'aurelien',
    failnotes = 'disk is being replaced, see ticket 4711' WHERE name = 'arm-arm-04';

INSERT INTO sourcepackagename (id, name) SELECT i, coalesce((ARRAY['glibc', 'gcc-14', 'linux', 'firefox-esr',
        'node-babel-plugin-add-module-exports-and-a-rather-long-name', 'rust-clap', 'kicad', 'openjdk-21'])[i], 'package-' || i)
    FROM generate_series(1, 700) i;
INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component)
    SELECT i, i, '1.' || i % 10 || '-' || 1 + i % 4, 1 FROM generate_series(1, 700) i;

-- Ended ones: one every quarter of an hour or so.
INSERT INTO build (processor, distroarchseries, sourcepackagerelease, archive, buildstate, datebuilt,
        buildduration, builder)
    SELECT 1 + i % 3, 1 + i % 3, i, 1,
        (CASE WHEN i % 17 = 0 THEN 'FAILEDTOBUILD' WHEN i % 29 = 3 THEN 'MANUALDEPWAIT'
            WHEN i % 71 = 5 THEN 'FAILEDTOUPLOAD' ELSE 'FULLYBUILT' END)::buildstate,
        now() - i * (10 + i % 7) * interval '1 minute', (3 + i % 40) * interval '1 minute',
        1 + i % 9
    FROM generate_series(1, 650) i WHERE i % 100 < 80;

-- Waiting and running ones.
INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, archive, buildstate)
    SELECT 10000 + i, 1 + i % 3, 1 + i % 3, 650 + i, 1, 'NEEDSBUILD' FROM generate_series(1, 50) i;
INSERT INTO buildqueue (build, created, lastscore)
    SELECT 10000 + i, now() - i * interval '7 minutes', 1000 + i FROM generate_series(1, 50) i;
UPDATE buildqueue SET builder = build - 10000, buildstart = now() - interval '20 min',
    dispatched = now() - interval '20 min' WHERE build IN (10001, 10002, 10003, 10004);
UPDATE build SET buildstate = 'BUILDING' WHERE id IN (10001, 10002, 10003, 10004);

INSERT INTO queuehour (hour, pending, running)
    SELECT hour, 30 + 25 * sin(extract(epoch FROM hour) / 14000) + extract(day FROM hour)::int % 3 * 15,
        4 + extract(hour FROM hour)::int % 4
    FROM generate_series(date_trunc('day', now()) - interval '6 days', now(), interval '1 hour') AS hour
    WHERE hour NOT BETWEEN now() - interval '74 hours' AND now() - interval '66 hours';
INSERT INTO mailqueue (recipient, subject, message, lasterror)
    VALUES ('buildd@example.org', 's', 'm', 'connection refused');
INSERT INTO pass (command, host, pid, started, finished, exit_status, summary) VALUES ('cycle', 'wuiet', 4711,
    now() - interval '21 s', now() - interval '20 s', 0, '9 builders, 4 running, 2 finished, 2 started');
