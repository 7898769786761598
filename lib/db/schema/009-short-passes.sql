-- A pass is short: what the next one goes on with, and which rows somebody held.

ALTER TABLE buildqueue
    ADD COLUMN fetch_time interval NOT NULL DEFAULT '0' CHECK (fetch_time >= '0'),
    ADD COLUMN failed_starts integer NOT NULL DEFAULT 0 CHECK (failed_starts >= 0),
    ADD COLUMN start_file text,
    ADD COLUMN watched timestamptz;
COMMENT ON COLUMN buildqueue.fetch_time IS
    'How long passes have been fetching results and log of this attempt.';
COMMENT ON COLUMN buildqueue.failed_starts IS
    'Starts in a row that did not end in time; sets the backoff.';
COMMENT ON COLUMN buildqueue.start_file IS
    'URL of the file that the builder was being asked to fetch when a pass left the start.';
COMMENT ON COLUMN buildqueue.watched IS
    'When a pass last looked at its builder: its clocks stand still while none does.';

ALTER TABLE builder
    ADD COLUMN aborting_seen timestamptz,
    ADD COLUMN cut_passes integer NOT NULL DEFAULT 0 CHECK (cut_passes >= 0),
    ADD COLUMN cut_command text,
    ADD COLUMN passed_over integer NOT NULL DEFAULT 0 CHECK (passed_over >= 0);
COMMENT ON COLUMN builder.aborting_seen IS 'When ABORTING was seen last.';
COMMENT ON COLUMN builder.cut_passes IS 'Passes in a row, all cut_command, whose end cut it short.';
COMMENT ON COLUMN builder.passed_over IS 'Passes in a row that ended before they came to it.';

-- When a clock began, moved on by the time in which no pass looked, less the three minutes that may
-- lie between two passes. Null: nobody has looked for so long that it begins anew.
CREATE FUNCTION watched_since(since timestamptz, watched timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN watched < now() - interval '15 min' THEN NULL
        WHEN watched < now() - interval '3 min' THEN since + (now() - watched - interval '3 min')
        ELSE since END
$$;

ALTER TABLE builder
    ADD COLUMN silent_probes integer NOT NULL DEFAULT 0 CHECK (silent_probes >= 0),
    ADD COLUMN silent_since timestamptz;
COMMENT ON COLUMN builder.silent_probes IS
    'Probes in a row that brought no answer at all; an untrusted builder is reset at two.';
COMMENT ON COLUMN builder.silent_since IS 'When the first of them was.';

CREATE TABLE heldrow (
    kind text NOT NULL CHECK (kind IN ('builder', 'job')),
    id bigint NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, id)
);
COMMENT ON TABLE heldrow IS
    'Rows that passes could not write since somebody else held them: their times are not believed.';

CREATE TABLE heldlock (
    lock text PRIMARY KEY,
    holder text NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE heldlock IS
    'Locks that passes found taken: by whom, and since when they have seen that one there.';

ALTER TABLE pass ADD COLUMN backend integer;
COMMENT ON COLUMN pass.backend IS
    'The process of the server that serves the pass: which of the diary''s holds the farm''s lock.';
