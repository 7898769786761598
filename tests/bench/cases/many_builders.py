"""One pass over ever more builders, with 1,024 open files: does it grow linearly?"""

import statistics

import stage
from cases.common import builder_rows, builders


def fit(points):
    """Least squares: slope, intercept, and the largest deviation as a share of the value."""
    slope, start = statistics.linear_regression(*zip(*points))
    return slope, start, max(abs(start + slope * x - y) / y for x, y in points)


def measure(report, cluster, folder):
    walls, memories = [], []
    for many in (1000, 2500, 5000, 10000):
        with stage.Fleet(folder, builders(many)) as fleet:
            farm = stage.Farm(cluster, folder)
            farm.make(builder_rows(fleet))
            farm.fresh()
            farm.run("cycle", open_files=1024)
            before = fleet.cpu()
            wall, cpu, memory = report.medians(lambda: farm.run("cycle", open_files=1024))
            used = (fleet.cpu() - before) / report.runs
            walls.append((many, wall))
            memories.append((many, memory))
    report.add("cycle over 10,000", wall, "s", 5)
    report.add("cycle over 10,000: CPU", cpu, "s")
    report.add("cycle over 10,000: the fleet's CPU", used, "s")
    report.add("cycle over 10,000: memory", memory, "MiB", 40)
    for name, points, unit in (("seconds", walls, "s"), ("memory", memories, "MiB")):
        slope, start, off = fit(points)
        report.add(f"{name}: {start:.2f} {unit} and {slope * 1000:.3f} {unit} a thousand builders; "
                   "largest deviation", off * 100, "%")
