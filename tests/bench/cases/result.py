"""One result of 1 GiB, fsync included."""

import os
import shutil

import stage
from cases.common import builder_rows, builders
from cases.results import JOBS, make_result, urls


def fetch(folder, files, sums, offer):
    """curl to disk, the sums, fsync."""
    target = os.path.join(folder, "fetched")

    def run():
        offer()
        shutil.rmtree(target, ignore_errors=True)
        os.makedirs(target)
        steps = [f"curl -sSf -o {name} {url}" for name, url in files.items()]
        steps += [f"{program} *" for program in sums] + ["sync *"]
        return stage.run(["sh", "-ec", "; ".join(steps)], dict(os.environ), folder=target)
    return run


def measure(report, cluster, folder):
    size = 1 << 30 if report.full else 1 << 28
    name = "1 GiB" if report.full else "256 MiB"
    result = os.path.join(folder, "large")
    make_result(result, "s1", 1, size)
    with stage.Fleet(folder, builders(1)) as fleet:
        (builder, url), = fleet.urls.items()
        files = urls(result, url)
        gather = stage.Farm(cluster, folder, {"uploader": "/bin/true"})
        gather.make(builder_rows(fleet) + JOBS.format(many=1))
        both = stage.Farm(cluster, folder)
        memory = []

        def offer():
            fleet.say(f"{builder} state WAITING OK 1-1 files={result}")

        def collect(farm, good):
            def run():
                offer()
                farm.fresh()
                memory.append(farm.run("collect", good=good))
                return memory[-1]
            return run

        theirs, ours, ratio = report.pairs(fetch(folder, files, ["sha1sum"], offer), collect(gather, (0, 1)))
        report.add(f"{name} gathered: rate beside curl and sha1sum", size / ours / 1e6, "MB/s", 1.1,
                   "curl, sha1sum, sync", size / theirs / 1e6, ratio, at_least=True)
        memory.clear()
        all_sums = ["sha1sum", "sha256sum", "md5sum"]
        theirs, ours, ratio = report.pairs(fetch(folder, files, all_sums, offer), collect(both, (0,)))
        state = both.sql("SELECT buildstate FROM build")
        if state != "FULLYBUILT":
            raise RuntimeError(f"the build is {state}")
        report.add(f"{name} gathered and taken in: rate beside curl and three sums", size / ours / 1e6,
                   "MB/s", 1.5, "curl, three sums, sync", size / theirs / 1e6, ratio, at_least=True)
        report.add(f"{name}: memory", max(run.memory for run in memory), "MiB", 32)
    shutil.rmtree(result)
