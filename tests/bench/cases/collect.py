"""`collect` of 1,000 running jobs, all of them still BUILDING."""

import stage
from cases.common import CurlRounds, builder_rows, builders, building
from cases.results import JOBS

def measure(report, cluster, folder):
    trips = {}
    for many in (100, 1000):
        with stage.Fleet(folder, builders(many)) as fleet:
            fleet.say("* latency 40..60", *building(fleet.urls))
            farm = stage.Farm(cluster, folder)
            farm.make(builder_rows(fleet) + JOBS.format(many=many))
            farm.fresh()
            lines = farm.run("collect", "-vv").output.splitlines()
            trips[many] = next(int(line.split()[1]) for line in lines if "round trips" in line)
            if many < 1000:
                continue
            curl = CurlRounds(folder, fleet.urls.values(), ("status",))
            wall, curl_wall, _ = report.pairs(lambda: farm.run("collect"), curl.run)
            report.add("collect of 1,000 BUILDING, beyond one round of curl", wall - curl_wall, "s", 0.2)
            report.add("collect of 1,000 BUILDING", wall, "s", None, "one round of curl --parallel",
                       curl_wall)
            report.add("collect of 1,000 BUILDING: memory", farm.run("collect").memory, "MiB")
    report.add("collect: round trips for 1,000 beyond those for 100", trips[1000] - trips[100], "", 0)
