-- A pass is short: what the next one goes on with, and which rows somebody held.

ALTER TABLE buildqueue
    ADD COLUMN fetch_time interval NOT NULL DEFAULT '0' CHECK (fetch_time >= '0'),
    ADD COLUMN failed_starts integer NOT NULL DEFAULT 0 CHECK (failed_starts >= 0);
COMMENT ON COLUMN buildqueue.fetch_time IS
    'How long passes have been fetching results and log of this attempt.';
COMMENT ON COLUMN buildqueue.failed_starts IS
    'Starts in a row that did not end in time; sets the backoff.';

CREATE TABLE heldrow (
    kind text NOT NULL CHECK (kind IN ('builder', 'job')),
    id bigint NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, id)
);
COMMENT ON TABLE heldrow IS
    'Rows that passes could not write since somebody else held them: their times are not believed.';
