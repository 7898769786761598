-- What depends on a value follows when it is changed, whoever changes it.

CREATE FUNCTION archive_moves_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE buildqueue SET trusted = NEW.purpose <> 'PPA' FROM build
        WHERE build.id = buildqueue.build AND build.archive = NEW.id
            AND buildqueue.trusted <> (NEW.purpose <> 'PPA');
    RETURN NULL;
END $$;
COMMENT ON FUNCTION archive_moves_jobs() IS
    'The jobs of an archive whose purpose changes are for other builders.';
CREATE TRIGGER archive_moves_jobs AFTER UPDATE OF purpose ON archive FOR EACH ROW
    WHEN (OLD.purpose <> NEW.purpose) EXECUTE FUNCTION archive_moves_jobs();

CREATE FUNCTION architecture_moves_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE buildqueue SET architecturetag = NEW.architecturetag FROM build
        WHERE build.id = buildqueue.build AND build.distroarchseries = NEW.id;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION architecture_moves_jobs() IS
    'The jobs of an architecture that gets another tag are for other builders.';
CREATE TRIGGER architecture_moves_jobs AFTER UPDATE OF architecturetag ON distroarchseries
    FOR EACH ROW WHEN (OLD.architecturetag <> NEW.architecturetag)
    EXECUTE FUNCTION architecture_moves_jobs();

CREATE FUNCTION processor_moves_architectures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE distroarchseries SET processorfamily = NEW.family
        WHERE architecturetag = NEW.name AND processorfamily <> NEW.family;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION processor_moves_architectures() IS
    'An architecture is of the family of the processor that is called so, in every series.';
CREATE TRIGGER processor_moves_architectures AFTER INSERT OR UPDATE OF family ON processor
    FOR EACH ROW EXECUTE FUNCTION processor_moves_architectures();

-- What older versions left behind when a value was changed.
UPDATE buildqueue SET architecturetag = das.architecturetag, trusted = archive.purpose <> 'PPA'
    FROM build, distroarchseries das, archive
    WHERE build.id = buildqueue.build AND das.id = build.distroarchseries
        AND archive.id = build.archive AND (buildqueue.architecturetag, buildqueue.trusted)
            IS DISTINCT FROM (das.architecturetag, archive.purpose <> 'PPA');
UPDATE distroarchseries SET processorfamily = processor.family FROM processor
    WHERE processor.name = architecturetag AND processorfamily <> processor.family;
