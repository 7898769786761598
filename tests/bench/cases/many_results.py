"""200 results of 5 files of 1 MiB."""

import os
import shutil
from pathlib import Path

import stage
from cases.common import builder_rows, builders
from cases.results import JOBS, make_result, urls


def measure(report, cluster, folder):
    many = 200
    for i in range(1, many + 1):
        make_result(os.path.join(folder, f"results/{i}"), f"s{i}", 5, 1 << 20)
    with stage.Fleet(folder, builders(many)) as fleet:
        farm = stage.Farm(cluster, folder, {"uploader": "/bin/true"})
        farm.make(builder_rows(fleet) + JOBS.format(many=many))
        states = [f"{name} state WAITING OK {i}-{i} files={folder}/results/{i}"
                  for i, name in enumerate(fleet.urls, 1)]
        entries = []
        for i, url in enumerate(fleet.urls.values(), 1):
            entries += [f'url = "{where}"\noutput = "{i}-{name}"\n'
                        for name, where in urls(f"{folder}/results/{i}", url).items()]
        Path(folder, "results.curl").write_text("next\n".join(entries))

        def fetch():
            fleet.say(*states)
            shutil.rmtree(f"{folder}/fetched", ignore_errors=True)
            os.makedirs(f"{folder}/fetched")
            steps = (f"curl -sSf --parallel --parallel-max 32 -K {folder}/results.curl; "
                     "sha1sum *; sync *")
            return stage.run(["sh", "-ec", steps], dict(os.environ), folder=f"{folder}/fetched")

        def collect():
            fleet.say(*states)
            farm.fresh()
            return farm.run("collect", good=(0, 1))

        theirs, ours, ratio = report.pairs(fetch, collect)
        report.add("200 results of 5 MiB gathered: rate", many * 5 / ours, "MiB/s", 0.9,
                   "curl --parallel, sha1sum, sync", many * 5 / theirs, ratio, at_least=True)
    shutil.rmtree(f"{folder}/results")
