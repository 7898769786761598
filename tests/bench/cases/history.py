"""Years of finished builds: no pass reads them. Half of the builders build."""

import collections
import re

import stage
from cases.common import builder_rows, builders, building
from cases.results import RUNNING

BUILDERS, BUILDING = 100, 50

# Indexes are made when all is there: row by row 20,000,000 would take an hour.
HISTORY = """
SELECT pg_temp.sources(20000);
CREATE TEMP TABLE later AS SELECT indexdef, indexname FROM pg_indexes JOIN pg_class ON relname = indexname
    WHERE tablename IN ('build', 'buildattempt') AND NOT EXISTS (
        SELECT 1 FROM pg_constraint WHERE conindid = pg_class.oid);
SELECT format('DROP INDEX %I', indexname) FROM later \\gexec
INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, archive, datebuilt)
    SELECT 1000 + i, 1 + i % 8, 1 + i % 8, 'FULLYBUILT', 1 + i % 20000, 1, now() - i * interval '1 second'
    FROM generate_series(1, {many}) i;
INSERT INTO buildattempt (build, cookie, outcome, finished)
    SELECT id, id || '-' || id, 'OK', datebuilt FROM build WHERE datebuilt IS NOT NULL;
SET maintenance_work_mem = '1GB';
SELECT indexdef FROM later \\gexec
"""
EXPLAIN = """
ALTER DATABASE {0} SET session_preload_libraries = 'auto_explain';
ALTER DATABASE {0} SET auto_explain.log_min_duration = 0;
ALTER DATABASE {0} SET auto_explain.log_analyze = on;
ALTER DATABASE {0} SET log_min_messages = 'log';
"""


def measure(report, cluster, folder):
    many = 20_000_000 if report.full else 500_000
    with stage.Fleet(folder, builders(BUILDERS)) as fleet:
        fleet.say(*building(list(fleet.urls)[:BUILDING]))
        cost = {}
        for name, size in (("no", 0), (f"{many:,}", many)):
            farm = stage.Farm(cluster, folder)
            farm.make(builder_rows(fleet) + HISTORY.format(many=size) + RUNNING.format(many=BUILDING))
            farm.database = farm.template  # a copy of so much would take minutes
            farm.make_root()
            farm.run("cycle")
            cost[name] = report.medians(lambda: farm.run("cycle"))[0]
        report.add(f"cycle with {many:,} finished builds", cost[f"{many:,}"], "s", 1.3, "none",
                   cost["no"])
        report.add("pages of history read by a cycle", pages_read(farm), "", 50)
        report.say("Plans of a cycle that touch build or buildattempt, and how often:")
        for plan, times in sorted(plans(cluster, farm).items()):
            report.say(f"    {times} x {plan}")


def pages_read(farm):
    """Heap pages of build and buildattempt that one more cycle touches."""
    def touched():
        return int(farm.sql("SELECT pg_stat_clear_snapshot(), sum(heap_blks_read + heap_blks_hit) FROM "
                            "pg_statio_user_tables WHERE relname IN ('build', 'buildattempt')").split("|")[1])
    before = touched()
    farm.run("cycle")
    return touched() - before


def plans(cluster, farm):
    """Each scan of the two tables in the plans of one more cycle: how often, and the rows it found."""
    farm.sql(EXPLAIN.format(farm.database))
    text = "\n".join(cluster.logged(lambda: farm.run("cycle")))
    scans = re.findall(r"([A-Z][A-Za-z ]*(?: using \w+)? on build(?:attempt)?)(?= ).*"
                       r"\((?:actual [^)]*rows=(\d+)|never executed)", text)
    return collections.Counter(f"{scan}: " + (f"{rows} rows" if rows else "never executed")
                               for scan, rows in scans)
