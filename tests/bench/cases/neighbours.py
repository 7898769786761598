"""How much later other builders' answers take effect while one hands over a long log or a large result with
its fsync. The others have forgotten their jobs, which takes a call, a commit and no file."""

import os
import shutil
import statistics

import stage
from cases.common import builder_rows, builders
from cases.log import write_log
from cases.results import JOBS, make_result

OTHERS, STEP = 100, 30  # ms: the n-th builder answers after n steps, so that some call at any time


class Neighbours:
    def __init__(self, farm, fleet):
        self.farm, self.fleet = farm, fleet
        self.names = list(fleet.urls)

    def committed(self, state):
        """When each of the others' jobs was reset: seconds from the start of the pass, in order."""
        self.fleet.say("* state IDLE", f"{self.names[OTHERS]} state {state}")
        self.farm.fresh()
        self.farm.run("collect", good=(0, 1))
        rows = self.farm.sql("SELECT extract(epoch FROM finished - (SELECT max(started) FROM pass)) "
                             f"FROM buildattempt WHERE build <= {OTHERS} ORDER BY build").split()
        if len(rows) != OTHERS:
            raise RuntimeError(f"{len(rows)} jobs were reset, not {OTHERS}")
        return [float(row) for row in rows]

    def delay(self, state):
        """Of the one that was delayed most, and of the median one."""
        alone, beside = self.committed("IDLE"), self.committed(state)
        delays = [b - a for a, b in zip(alone, beside)]
        return max(delays), statistics.median(delays)


def measure(report, cluster, folder):
    size = (500 if report.full else 100) << 20
    log, result = os.path.join(folder, "long.log"), os.path.join(folder, "large")
    write_log(log, size)
    large = (1024 if report.full else 256) << 20
    make_result(result, f"s{OTHERS + 1}", 1, large)
    job = f"{OTHERS + 1}-{OTHERS + 1}"
    with stage.Fleet(folder, builders(OTHERS + 1)) as fleet:
        fleet.say(*(f"{name} latency {i * STEP}" for i, name in enumerate(list(fleet.urls)[:OTHERS])))
        farm = stage.Farm(cluster, folder, {"uploader": "/bin/true"})
        farm.make(builder_rows(fleet) + JOBS.format(many=OTHERS + 1))
        beside = Neighbours(farm, fleet)
        for what, state in ((f"a log of {size >> 20} MiB", f"WAITING PACKAGEFAIL {job} log={log}"),
                            (f"a result of {large >> 20} MiB", f"WAITING OK {job} files={result}")):
            runs = [beside.delay(state) for _ in range(report.runs)]
            worst, usual = (statistics.median(column) * 1000 for column in zip(*runs))
            report.add(f"beside {what} others are delayed by at most", worst, "ms", 50)
            report.add(f"beside {what} others are delayed by, median", usual, "ms")
    os.unlink(log)
    shutil.rmtree(result)
