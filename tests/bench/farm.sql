-- The farm of the benchmarks: eight architectures, one archive, one source; cases add the rest.
INSERT INTO distribution (id, name, displayname) VALUES (1, 'debian', 'Debian');
INSERT INTO distroseries (id, distribution, name, displayname) VALUES (1, 1, 'sid', 'Sid');
CREATE TEMP TABLE tags AS SELECT number, tag FROM unnest(ARRAY['amd64', 'arm64', 'armel', 'armhf',
    'i386', 'ppc64el', 'riscv64', 's390x']) WITH ORDINALITY AS t(tag, number);
INSERT INTO processorfamily (id, name, title) SELECT number, tag, tag FROM tags;
INSERT INTO processor (id, family, name, title) SELECT number, number, tag, tag FROM tags;
INSERT INTO distroarchseries (id, distroseries, processorfamily, architecturetag)
    SELECT number, 1, number, tag FROM tags;
UPDATE distroseries SET nominatedarchindep = 1;
INSERT INTO archive (id, distribution, name, url) VALUES (1, 1, 'primary', 'http://deb.example.org/debian');
INSERT INTO libraryfilecontent (id, sha1, sha256, md5, filesize) VALUES
    (1, repeat('a', 40), repeat('a', 64), repeat('a', 32), 20),
    (2, repeat('b', 40), repeat('b', 64), repeat('b', 32), 20);
INSERT INTO libraryfilealias (id, content, filename) VALUES (1, 1, 'chroot.tar.gz'), (2, 2, 'hello_1.0.dsc');
SELECT setval(pg_get_serial_sequence(name, 'id'), 100) FROM unnest(ARRAY['libraryfilecontent', 'libraryfilealias']) AS name;
INSERT INTO pocketchroot (distroarchseries, chroot) SELECT number, 1 FROM tags;

-- `many` sources called s1 …, published.
CREATE FUNCTION pg_temp.sources(many bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO sourcepackagename (id, name) SELECT i, 's' || i FROM generate_series(1, many) i;
    INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component)
        SELECT i, i, '1.0', 1 FROM generate_series(1, many) i;
    INSERT INTO sourcepackagereleasefile SELECT i, 2 FROM generate_series(1, many) i;
    INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, sourcepackagename, version,
            distroseries, archive, component, status)
        SELECT i, i, '1.0', 1, 1, 1, 'PUBLISHED' FROM generate_series(1, many) i $$;

-- A build, number `first` …, of each of the sources, spread over `architectures` architectures.
CREATE FUNCTION pg_temp.builds(first bigint, many bigint, architectures bigint, state buildstate)
        RETURNS void LANGUAGE sql AS $$
    INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, archive, datebuilt)
        SELECT first - 1 + i, 1 + i % architectures, 1 + i % architectures, state, i, 1,
            CASE state WHEN 'FULLYBUILT' THEN now() - i * interval '1 second' END
        FROM generate_series(1, many) i $$;

-- A trigger fills it in.
ALTER TABLE build ALTER COLUMN arch_indep SET DEFAULT false;
-- Triggers would take a minute for a million of these.
SET session_replication_role = replica;
