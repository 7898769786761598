-- Which of the jobs that a breaker holds have been tried, and when something last failed by it.

ALTER TABLE breaker ADD COLUMN last_case timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN breaker.last_case IS 'When something last failed by it.';

CREATE TABLE breakerprobe (
    breaker bigint NOT NULL REFERENCES breaker (id) ON DELETE CASCADE,
    build bigint NOT NULL REFERENCES build (id),
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (breaker, build)
);
CREATE INDEX ON breakerprobe (build);
COMMENT ON TABLE breakerprobe IS 'Builds that were let go to see whether a cause has gone.';
COMMENT ON COLUMN breakerprobe.at IS 'When last.';
