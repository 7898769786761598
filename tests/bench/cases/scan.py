"""`scan` of 1,000 healthy builders that answer after 50 ms."""

import stage
from cases.common import ROUNDS, CurlRounds, builder_rows, builders, client


def measure(report, cluster, folder):
    many, latency = 1000, "40..60"
    with stage.Fleet(folder, builders(many)) as fleet:
        fleet.say(f"* latency {latency}")
        farm = stage.Farm(cluster, folder)
        farm.make(builder_rows(fleet))
        farm.fresh()
        curl = CurlRounds(folder, fleet.urls.values(), ROUNDS)
        farm.run("scan")
        runs = []

        def ours():
            runs.append(farm.run("scan"))
            return runs[-1]

        before = fleet.cpu()
        wall, curl_wall, ratio = report.pairs(ours, curl.run)
        used = fleet.cpu() - before
        report.add("scan of 1,000", wall, "s", 0.6, "three rounds of curl --parallel", curl_wall, ratio)
        report.add("scan of 1,000: CPU", report.medians(ours, ("cpu",))[0], "s", 0.5)
        report.add("scan of 1,000: memory", max(run.memory for run in runs), "MiB", 32)
        report.add("scan of 1,000: the fleet's CPU per run of both", used / report.runs, "s")
        cpu, twisted_cpu, ratio = report.pairs(
            ours, lambda: client("with_twisted.py", fleet.urls.values(), *ROUNDS), "cpu")
        report.add("scan of 1,000: CPU beside Twisted", cpu, "s", 0.2, "Twisted, all at once",
                   twisted_cpu, ratio)
        some = list(fleet.urls.values())[:many if report.full else 50]
        slow = client("sequential.py", some, *ROUNDS).wall * many / len(some)
        name = "one after the other" + ("" if report.full else " (50 of them, times 20)")
        report.add("scan of 1,000: beside the old way", wall, "s", 1 / 250, name, slow)
