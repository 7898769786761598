"""5% of the builders hang until the deadline: when is the last healthy result committed?"""

import stage
from cases.common import builder_rows, builders
from cases.results import JOBS

DEADLINE = 10


class Committed:
    """Seconds from the start of a collect to the commit of its last result."""

    def __init__(self, farm, fleet):
        fleet.say("* latency 40..60")
        self.farm, self.fleet = farm, fleet

    def measure(self, hung):
        names = list(self.fleet.urls)
        self.fleet.say("* heal", *(f"{name} fault * hang" for name in names[::20] if hung),
                       *(f"{name} state WAITING PACKAGEFAIL {i}-{i}" for i, name in enumerate(names, 1)))
        self.farm.fresh()
        self.farm.run("collect", open_files=1024)
        answer = self.farm.sql(
            "SELECT count(*), extract(epoch FROM max(a.finished) - (SELECT max(started) FROM pass)) "
            "FROM buildattempt a")
        count, seconds = answer.split("|")
        expected = len(names) - (len(names[::20]) if hung else 0)
        if int(count) != expected:
            raise RuntimeError(f"{count} results were stored, not {expected}")
        return float(seconds)


def measure(report, cluster, folder):
    for many, goal in ((1000, 1), (10000, 2)):
        with stage.Fleet(folder, builders(many)) as fleet:
            farm = stage.Farm(cluster, folder, {"socket_timeout": f"{DEADLINE} s", "max_connections": "20000"})
            farm.make(builder_rows(fleet) + JOBS.format(many=many))
            committed = Committed(farm, fleet)
            runs = report.runs if many == 1000 else min(report.runs, 3)
            pairs = [(committed.measure(True), committed.measure(False)) for _ in range(runs)]
            pairs.sort(key=lambda pair: pair[0] - pair[1])
            with_hung, without = pairs[len(pairs) // 2]
            report.add(f"last of {many} results committed", without, "s")
            report.add(f"last result committed with 5% of {many} hung, later by", with_hung - without, "s", goal)
