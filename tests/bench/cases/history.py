"""Years of finished builds: no pass reads them."""

import stage
from cases.common import builder_rows, builders

HISTORY = """
SELECT pg_temp.sources(20000);
INSERT INTO build (processor, distroarchseries, buildstate, sourcepackagerelease, archive, datebuilt)
    SELECT 1 + i % 8, 1 + i % 8, 'FULLYBUILT', 1 + i % 20000, 1, now() - i * interval '1 second'
    FROM generate_series(1, {many}) i;
INSERT INTO buildattempt (build, cookie, outcome, finished)
    SELECT id, id || '-' || id, 'OK', datebuilt FROM build;
"""


def measure(report, cluster, folder):
    many = 20_000_000 if report.full else 500_000
    with stage.Fleet(folder, builders(100)) as fleet:
        cost = {}
        for name, size in (("no", 0), (f"{many:,}", many)):
            farm = stage.Farm(cluster, folder)
            farm.make(builder_rows(fleet) + HISTORY.format(many=size))
            farm.database = farm.template  # a copy of so much would take minutes
            farm.make_root()
            farm.run("cycle")
            cost[name] = report.medians(lambda: farm.run("cycle"))[0]
        report.add(f"cycle with {many:,} finished builds", cost[f"{many:,}"], "s", 1.3, "none",
                   cost["no"])
        report.add("pages of history read by a cycle", pages_read(farm), "", 50)


def pages_read(farm):
    """Heap pages of build and buildattempt that one more cycle touches."""
    def touched():
        return int(farm.sql("SELECT pg_stat_clear_snapshot(), sum(heap_blks_read + heap_blks_hit) FROM "
                            "pg_statio_user_tables WHERE relname IN ('build', 'buildattempt')").split("|")[1])
    before = touched()
    farm.run("cycle")
    return touched() - before
