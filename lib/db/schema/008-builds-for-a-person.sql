-- What `status` counts as waiting for a person, whatever the number of builds.

CREATE INDEX builds_for_a_person ON build (buildstate)
    WHERE buildstate IN ('CHROOTWAIT', 'FAILEDTOUPLOAD');
