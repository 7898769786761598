"""`dispatch` to 1,000 idle builders of 8 architectures: what the claim costs the database."""

import re
import statistics

import stage
from cases.common import builder_rows, builders

# `skewed`: all but one in 1,000 are amd64's.
QUEUE = """
SELECT pg_temp.sources({many});
INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, archive)
    SELECT i, tag, tag, 'NEEDSBUILD', i, 1 FROM (SELECT i, {tag} AS tag FROM generate_series(1, {many}) i) t;
INSERT INTO buildqueue (id, build, lastscore, architecturetag, trusted, archive)
    SELECT id, id, id * 7919 % 5000, (SELECT architecturetag FROM distroarchseries das
        WHERE das.id = distroarchseries), true, archive FROM build;
"""
EVENLY = "1 + i % 8"
SKEWED = "CASE WHEN i % 1000 = 0 THEN 1 + i / 1000 % 8 ELSE 1 END"


CHOOSING = ("AS wish (tag, trusted, n", "SKIP LOCKED")  # words of the statements that choose jobs and lock them
CLAIMING = CHOOSING + ("SET buildstate = 'BUILDING'", "SET clean_status = 'DIRTY'", "taken.builder")


class Claims:
    def __init__(self, cluster, farm, fleet):
        self.cluster, self.farm, self.fleet = cluster, farm, fleet

    def measure(self, warm=True):
        """Of one dispatch: jobs started, milliseconds that choosing and locking took the server, and
        the whole claim, its updates included."""
        self.fleet.say("* reset", "* state IDLE")
        self.farm.fresh()
        if warm:
            self.farm.warm()
        self.farm.sql(f"ALTER DATABASE {self.farm.database} SET log_min_messages = 'log';"
                      f"ALTER DATABASE {self.farm.database} SET log_min_duration_statement = 0;")
        entries = self.cluster.logged(lambda: self.farm.run("dispatch"))
        started = int(self.farm.sql("SELECT count(*) FROM buildqueue WHERE dispatched IS NOT NULL"))
        for words in CLAIMING:
            if not any(words in entry for entry in entries):
                raise RuntimeError(f"no statement holds '{words}': which one does its work now?")
        return started, *(sum(self.times(entries, words)) for words in (CHOOSING, CLAIMING))

    @staticmethod
    def times(entries, words):
        for entry in entries:
            found = re.search(r"duration: ([\d.]+) ms", entry)
            if found and any(word in entry for word in words):
                yield float(found[1])


def measure(report, cluster, folder):
    large = 1_000_000 if report.full else 200_000
    few, many, skewed = "10,000", f"{large:,}", f"{large:,}, skewed"
    with stage.Fleet(folder, builders(1000, 8)) as fleet:
        cost = {}
        for name, size, tag in ((few, 10_000, EVENLY), (many, large, EVENLY), (skewed, large, SKEWED)):
            farm = stage.Farm(cluster, folder)
            farm.make(builder_rows(fleet) + QUEUE.format(many=size, tag=tag))
            claims = Claims(cluster, farm, fleet)
            started, *cost[name] = (statistics.median(column) for column in
                                    zip(*(claims.measure() for _ in range(report.runs))))
            report.add(f"jobs started, {name} queued", started, "")
            for i, what in enumerate(("chosen and locked", "claimed in all")):
                report.add(f"jobs for 1,000 builders {what}, {name} queued", cost[name][i], "ms", 100)
                if name != few:
                    report.add(f"jobs {what}, {name} queued, beside few", cost[name][i], "ms", 1.5,
                               "10,000 queued", cost[few][i])
        report.add("jobs chosen and locked in a database just copied", claims.measure(warm=False)[1], "ms")
        cluster.sql(farm.template, "DROP INDEX pending_jobs")
        report.add("jobs chosen and locked, beside no index", cost[skewed][0], "ms", None,
                   "without pending_jobs", claims.measure()[1])
