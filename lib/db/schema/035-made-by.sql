-- What it said is said in the queries themselves: called for each of the jobs that a claim reads, it
-- cost more than the rest of them.

DROP FUNCTION binaries_made_by(bigint);
