-- CHROOTWAIT builds are tried again by themselves, until they have ended so too often in a row.

ALTER TABLE buildattempt ADD COLUMN taken_back timestamptz;
COMMENT ON COLUMN buildattempt.taken_back IS
    'Since when a common cause is to blame for it, and nobody else.';

ALTER TABLE build ADD COLUMN tried_again timestamptz;
COMMENT ON COLUMN build.tried_again IS
    'When queue build had it tried again by itself; null: not since a person did.';

UPDATE buildattempt SET taken_back = evidence.taken_back FROM evidence
    WHERE evidence.attempt = buildattempt.id AND evidence.taken_back IS NOT NULL;
