"""The idle minute: 100 idle builders, an empty queue, `cycle`."""

import os

import stage
from cases.common import builder_rows, builders


def measure(report, cluster, folder):
    with stage.Fleet(folder, builders(100, 8)) as fleet:
        farm = stage.Farm(cluster, folder)
        farm.make(builder_rows(fleet))
        farm.fresh()
        farm.run("cycle")
        runs = []

        def ours():
            runs.append(farm.run("cycle"))
            return runs[-1]

        def floor():
            return stage.run([str(stage.BUILD / "tests/bench/floor"), cluster.of(farm.database)],
                             dict(os.environ))

        cpu, floor_cpu, ratio = report.pairs(ours, floor, "cpu")
        report.add("idle minute: CPU", cpu * 1000, "ms", 60)
        report.add("idle minute: CPU beside the floor", cpu * 1000, "ms", None,
                   "libraries, connect, a query, exit", floor_cpu * 1000, ratio)
        report.add("idle minute: memory", max(run.memory for run in runs), "MiB", 18)
        report.add("idle minute: bytes printed", max(len(run.output) for run in runs), "B", 0)
        trips = [line for line in farm.run("cycle", "-vv").output.splitlines() if "round trips" in line]
        report.add("idle minute: database round trips", int(trips[0].split()[1]), "", 8)
