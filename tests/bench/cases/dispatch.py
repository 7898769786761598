"""`dispatch` to 1,000 idle builders of 8 architectures: what the claim costs the database."""

import re

import stage
from cases.common import builder_rows, builders

# `skewed`: all but one in 1,000 are amd64's.
QUEUE = """
SELECT pg_temp.sources({many});
INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, archive)
    SELECT i, tag, tag, 'NEEDSBUILD', i, 1 FROM (SELECT i, {tag} AS tag FROM generate_series(1, {many}) i) t;
INSERT INTO buildqueue (id, build, lastscore, architecturetag, trusted)
    SELECT id, id, id * 7919 % 5000, (SELECT architecturetag FROM distroarchseries das
        WHERE das.id = distroarchseries), true FROM build;
"""
EVENLY = "1 + i % 8"
SKEWED = "CASE WHEN i % 1000 = 0 THEN 1 + i / 1000 % 8 ELSE 1 END"


class Claims:
    def __init__(self, cluster, farm, fleet):
        self.cluster, self.farm, self.fleet = cluster, farm, fleet

    def measure(self):
        """Milliseconds that statements which lock jobs took the server, of one dispatch."""
        self.fleet.say("* reset", "* state IDLE")
        self.farm.fresh()
        self.farm.sql(f"ALTER DATABASE {self.farm.database} SET log_min_messages = 'log';"
                      f"ALTER DATABASE {self.farm.database} SET log_min_duration_statement = 0;")
        start = self.cluster.log.stat().st_size
        self.farm.run("dispatch")
        started = int(self.farm.sql("SELECT count(*) FROM buildqueue WHERE dispatched IS NOT NULL"))
        with self.cluster.log.open(errors="replace") as log:
            log.seek(start)
            text = log.read()
        entries = re.split(r"\n(?=\S+ \S+ \S+ \[\d+\])", text)
        times = [float(found[1]) for entry in entries if ("SKIP LOCKED" in entry or "top.lastscore" in entry)
                 and (found := re.search(r"duration: ([\d.]+) ms", entry))]
        return started, sum(times)


def measure(report, cluster, folder):
    large = 1_000_000 if report.full else 200_000
    with stage.Fleet(folder, builders(1000, 8)) as fleet:
        cost = {}
        for name, many, tag in (("10,000", 10_000, EVENLY), (f"{large:,}", large, EVENLY),
                                (f"{large:,}, skewed", large, SKEWED)):
            farm = stage.Farm(cluster, folder)
            farm.make(builder_rows(fleet) + QUEUE.format(many=many, tag=tag))
            claims = Claims(cluster, farm, fleet)
            found = sorted(claims.measure() for _ in range(report.runs))
            started, cost[name] = found[len(found) // 2]
            baseline = ("10,000 queued", cost["10,000"]) if name != "10,000" else (None, None)
            report.add(f"claims for 1,000 builders, {name} queued", cost[name], "ms", 100)
            if baseline[0]:
                report.add(f"claims, {name} queued, beside few", cost[name], "ms", 1.5, *baseline)
            report.add(f"jobs started, {name} queued", started, "")
        cluster.sql(farm.template, "DROP INDEX pending_jobs")
        _, slow = claims.measure()
        report.add("claims beside no index", cost[name], "ms", None, "without pending_jobs", slow)
