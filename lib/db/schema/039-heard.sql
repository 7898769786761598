-- What is known of a failure when it is judged does not go with the pass that met it.

CREATE TYPE asked AS ENUM ('no', 'there', 'gone', 'no_answer');
ALTER TABLE evidence
    ADD COLUMN heard asked NOT NULL DEFAULT 'no',
    ADD COLUMN to_judge boolean NOT NULL DEFAULT false;
CREATE INDEX ON evidence (at) WHERE to_judge;
COMMENT ON COLUMN evidence.heard IS 'What the master heard when it asked for the file itself.';
COMMENT ON COLUMN evidence.to_judge IS
    'No pass has asked yet whether others said the same at the same time.';
