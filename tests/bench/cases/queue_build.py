"""`queue build` with 50,000 published sources on 4 architectures, and nothing to do."""

import stage

SQL = """
SELECT pg_temp.sources(50000);
UPDATE distroarchseries SET enabled = id <= 4;
INSERT INTO build (processor, distroarchseries, buildstate, sourcepackagerelease, archive, datebuilt)
    SELECT a, a, 'FULLYBUILT', i, 1, now() FROM generate_series(1, 50000) i, generate_series(1, 4) a;
"""


def measure(report, cluster, folder):
    farm = stage.Farm(cluster, folder)
    farm.make(SQL)
    farm.fresh()
    farm.run("queue", "build")
    wall, _, memory = report.medians(lambda: farm.run("queue", "build"))
    made = farm.sql("SELECT count(*) FROM buildqueue")
    if made != "0":
        raise RuntimeError(f"{made} builds were to be made, not none")
    report.add("queue build, 50,000 sources on 4 architectures, nothing to do", wall, "s", 1)
    report.add("queue build: memory", memory, "MiB")
