-- Builders in a network that is to blame are given no job.

ALTER TABLE builder ADD COLUMN cut_off_by bigint REFERENCES breaker (id) ON DELETE SET NULL;
CREATE INDEX ON builder (cut_off_by) WHERE cut_off_by IS NOT NULL;
COMMENT ON COLUMN builder.cut_off_by IS
    'The breaker of its network, for which it is given no job but to try it.';
