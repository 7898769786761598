-- What the program says is kept with what it says it of.

ALTER TABLE builder ADD COLUMN faillogline text;
COMMENT ON COLUMN builder.faillogline IS
    'The last line of the log of the job with which it failed.';

ALTER TABLE buildqueue ADD COLUMN fetch_problem text;
COMMENT ON COLUMN buildqueue.fetch_problem IS
    'The builder has finished: why its results and log could not be fetched by the last pass.';

ALTER TABLE notice
    ADD COLUMN message text,
    ADD COLUMN seen timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN notice.message IS
    'What was said of it last; null: it was noted by a version that did not keep that.';
COMMENT ON COLUMN notice.seen IS 'When it was there last.';
