-- How long jobs are expected to take, and how the owners of PPAs share the builders.

ALTER TABLE buildqueue ADD expected_time integer CHECK (expected_time >= 0),
    ADD expected_known boolean NOT NULL DEFAULT false,
    ADD fairness integer CHECK (fairness <= 0),
    ADD weigh_again boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN buildqueue.expected_time IS 'Seconds, as it was thought when it was queued.';
COMMENT ON COLUMN buildqueue.expected_known IS
    'By good builds of its source, here or on other architectures; else by its size.';
COMMENT ON COLUMN buildqueue.fairness IS
    'Points that it stands back for its owner''s jobs that were before it when it was queued.';
COMMENT ON COLUMN buildqueue.weigh_again IS
    'One of its owner''s jobs went unbuilt: queue build looks whether it stands back by too much.';
