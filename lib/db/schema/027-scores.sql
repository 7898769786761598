-- One score with more in it: an archive's points, and waiting for jobs that a person scored, too.

ALTER TABLE archive ADD score integer NOT NULL DEFAULT 0,
    ADD rebuild boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN archive.score IS 'Points that its jobs have more than others.';
COMMENT ON COLUMN archive.rebuild IS
    'Everything is built anew in it: its jobs stand behind uploads, the longest first.';

CREATE TABLE waitingclock (
    architecturetag text NOT NULL,
    trusted boolean NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (architecturetag, trusted)
);
COMMENT ON TABLE waitingclock IS
    'Until when the pending jobs of a group are said to have waited; queue build moves it on.';

ALTER TABLE buildqueue ADD given_score integer, ADD given_at timestamptz;
COMMENT ON COLUMN buildqueue.given_score IS 'That a person gave: lastscore without waiting.';
COMMENT ON COLUMN buildqueue.given_at IS 'Its group''s clock when that was given.';
COMMENT ON COLUMN buildqueue.manual IS
    'A person set lastscore: of the rules only waiting is added.';
-- Until now jobs that were given back kept 0 as if a person had given it.
UPDATE buildqueue SET manual = false WHERE manual AND givenback > 0 AND lastscore = 0;
-- People gave scores among others that did not count pockets.
UPDATE buildqueue SET given_at = now(), given_score = least(2000000000, lastscore::bigint +
    CASE build.pocket WHEN 'SECURITY' THEN 4500 WHEN 'UPDATES' THEN 3000 WHEN 'PROPOSED' THEN 3000
        WHEN 'RELEASE' THEN 1500 ELSE 0 END)
FROM build WHERE build.id = buildqueue.build AND manual;
