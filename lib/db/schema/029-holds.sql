-- Jobs that a person holds back.

ALTER TABLE buildqueue
    ADD COLUMN parked_by text,
    ADD COLUMN park_reason text,
    ADD CONSTRAINT parked_without_a_builder CHECK (parked_by IS NULL OR builder IS NULL);
COMMENT ON COLUMN buildqueue.parked_by IS
    'Who lets it not be dispatched; null: nobody. Its age and score go on meanwhile.';
COMMENT ON COLUMN buildqueue.park_reason IS 'Why; null: not said.';
