-- Builders that may not have every job of their kind, mostly none: looked at for each job that was
-- failed by one.

CREATE INDEX unlike_builders ON builder (id) WHERE reserved OR refuses <> '{}';
