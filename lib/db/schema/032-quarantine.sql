-- What speaks against builders, and those that rest because of it.

ALTER TABLE builder
    ADD COLUMN suspicion double precision NOT NULL DEFAULT 0 CHECK (suspicion >= 0),
    ADD COLUMN quarantines integer NOT NULL DEFAULT 0 CHECK (quarantines >= 0),
    ADD COLUMN quarantined_until timestamptz,
    ADD COLUMN quarantined_since timestamptz,
    ADD COLUMN quarantine_reason text,
    ADD CONSTRAINT quarantine_has_an_end
        CHECK ((quarantined_until IS NULL) = (quarantined_since IS NULL));
COMMENT ON COLUMN builder.suspicion IS
    'What the ends of its attempts say against it: log-likelihoods, worn off by good ends.';
COMMENT ON COLUMN builder.quarantines IS
    'How often it was put in quarantine since it was last above all suspicion.';
COMMENT ON COLUMN builder.quarantined_until IS
    'It is given no job before that; then one, the canary, whose end decides.';
COMMENT ON COLUMN builder.quarantined_since IS
    'When its first quarantine began that no good canary has ended.';
COMMENT ON COLUMN builder.quarantine_reason IS 'What was said of it last.';
COMMENT ON COLUMN builder.disabled_by IS
    'Who took it out of use: a person, or canaries that failed for a day.';

ALTER TABLE build ADD COLUMN asked_again timestamptz;
COMMENT ON COLUMN build.asked_again IS
    'When a PACKAGEFAIL of it was last doubted, so that another builder was asked.';

ALTER TABLE evidence
    ADD COLUMN weight double precision NOT NULL DEFAULT 0,
    ADD COLUMN queued timestamptz,
    ADD COLUMN score integer;
COMMENT ON COLUMN evidence.weight IS 'What it added to builder.suspicion.';
COMMENT ON COLUMN evidence.queued IS
    'Since when the job waited that ended so: one that is made anew keeps its place.';
COMMENT ON COLUMN evidence.score IS 'The job''s score then.';
