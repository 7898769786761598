-- What the charts of `status --html` show and nothing else remembers.

CREATE TABLE queuehour (
    hour timestamptz PRIMARY KEY CHECK (hour = date_trunc('hour', hour, 'UTC')),
    pending bigint NOT NULL CHECK (pending >= 0),
    running bigint NOT NULL CHECK (running >= 0)
);
COMMENT ON TABLE queuehour IS
    'The queue''s length when the first pass of an hour ended; old rows are removed.';
COMMENT ON COLUMN queuehour.pending IS 'Jobs without a builder.';
