-- A builder that is to be out of use when its job has ended.

ALTER TABLE builder ADD COLUMN drained_by text, ADD COLUMN drain_reason text;
COMMENT ON COLUMN builder.drained_by IS
    'Who wants it out of use when the job that it has is off it; null: nobody.';
COMMENT ON COLUMN builder.drain_reason IS 'Its failnotes then; null: those that it has.';

CREATE FUNCTION job_leaves_drained_builder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE builder SET builderok = false, disabled_by = drained_by, next_probe = NULL,
            failnotes = CASE WHEN builderok THEN coalesce(drain_reason, failnotes)
                ELSE nullif(concat_ws('; ', drain_reason, failnotes), '') END,
            faillogline = CASE WHEN NOT builderok THEN faillogline END,
            drained_by = NULL, drain_reason = NULL
        WHERE id = OLD.builder AND drained_by IS NOT NULL;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION job_leaves_drained_builder() IS
    'In the transaction that takes its job from it, so that nobody gives it another one.';
CREATE TRIGGER job_deleted_from_builder AFTER DELETE ON buildqueue FOR EACH ROW
    WHEN (OLD.builder IS NOT NULL) EXECUTE FUNCTION job_leaves_drained_builder();
CREATE TRIGGER job_taken_from_builder AFTER UPDATE OF builder ON buildqueue FOR EACH ROW
    WHEN (OLD.builder IS NOT NULL AND OLD.builder IS DISTINCT FROM NEW.builder)
    EXECUTE FUNCTION job_leaves_drained_builder();
