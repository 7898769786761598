#!/usr/bin/env python3
"""Where the CPU time of a `cycle` over 1,000 builders goes, half of them building: perf's samples of 20
cycles, kernel included, by library and by function.   profile.py     (Debian's linux-perf; as root)"""

import os
import subprocess
import sys
import tempfile

import stage
from cases.common import builder_rows, builders, building
from cases.results import JOBS

BUILDERS, BUILDING, CYCLES = 1000, 500, 20


def report(samples, keys):
    """perf's rows: a share in percent, and what has it."""
    words = ["perf", "report", "-i", samples, "--stdio", "--comm", "buildd-master", "--sort", keys]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    rows = [line.split() for line in done.stdout.splitlines() if line.strip() and line[0] != "#"]
    return [(float(share.rstrip("%")), " ".join(what)) for share, *what in rows]


def show(samples):
    libraries = report(samples, "dso")
    # perf leaves the kernel out of this table, though its samples are counted.
    libraries.append((100 - sum(share for share, _ in libraries), "kernel"))
    for rows in (libraries, report(samples, "dso,symbol")):
        for share, what in sorted(rows, reverse=True):
            if share >= 1:
                print(f"{share:5.1f} %  {what}")
        print()


def main():
    with tempfile.TemporaryDirectory(prefix="buildd-profile-") as folder:
        os.chmod(folder, 0o755)  # PostgreSQL does not run as root
        cluster = stage.Cluster(os.path.join(folder, "pg"))
        try:
            with stage.Fleet(folder, builders(BUILDERS)) as fleet:
                fleet.say("* latency 40..60", *building(list(fleet.urls)[:BUILDING]))
                farm = stage.Farm(cluster, folder)
                farm.make(builder_rows(fleet) + JOBS.format(many=BUILDING))
                farm.fresh()
                farm.run("cycle")
                samples = os.path.join(folder, "samples")
                cycles = f'for i in $(seq {CYCLES}); do "$@"; done'
                stage.run(["perf", "record", "-q", "-o", samples, "-e", "cpu-clock", "-F", "4000", "sh",
                           "-c", cycles, "sh", stage.PROGRAM, "--config",
                           str(stage.TOP / "fixtures/empty.conf"), "cycle"], farm.environment())
                show(samples)
        finally:
            cluster.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
