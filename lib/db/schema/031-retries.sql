-- Failures that pass are not the package's.

ALTER TABLE buildqueue ADD COLUMN retries integer NOT NULL DEFAULT 0 CHECK (retries >= 0);
COMMENT ON COLUMN buildqueue.retries IS
    'How often it was given back since its log told of a fault that passes (retry_patterns).';
