"""One result over a slow line, in passes that are too short for it."""

import os
import shutil
import time

import stage
from cases.common import builder_rows, builders
from cases.results import JOBS, make_result, urls

MOST_PASSES = 100


def curl(folder, files):
    """Seconds of one curl of everything."""
    words = ["curl", "-sSf"]
    for name, url in files.items():
        words += ["-o", os.path.join(folder, name), url]
    took = stage.run(words, dict(os.environ)).wall
    for name in files:
        os.unlink(os.path.join(folder, name))
    return took


def collect(farm):
    """Passes until the job has ended; how many there were, and how long the longest took."""
    longest = 0
    for number in range(1, MOST_PASSES + 1):
        longest = max(longest, farm.run("collect", good=(0, 1)).wall)
        if farm.sql("SELECT count(*) FROM buildqueue") == "0":
            return number, longest
    raise RuntimeError("it does not arrive")


def measure(report, cluster, folder):
    size, rate, timeout = (8 << 30, 20_000_000, 50) if report.full else (64 << 20, 10_000_000, 3)
    name = f"{size >> 20} MiB at {rate // 1_000_000} MB/s"
    result = os.path.join(folder, "slow")
    make_result(result, "s1", 1, size)
    with stage.Fleet(folder, builders(1)) as fleet:
        (builder, url), = fleet.urls.items()
        settings = {"uploader": "/bin/true", "pass_timeout": f"{timeout} s", "max_file_size": "16 GiB",
                    "socket_timeout": f"{max(timeout // 2, 1)} s"}
        farm = stage.Farm(cluster, folder, settings)
        farm.make(builder_rows(fleet) + JOBS.format(many=1))
        farm.fresh()
        fleet.say(f"{builder} state WAITING OK 1-1 files={result}", f"{builder} fault GET rate={rate}")
        theirs = curl(folder, urls(result, url))
        read, sent, start = stage.io_of("self")["rchar"], fleet.sent(), time.perf_counter()
        passes, longest = collect(farm)
        ours = time.perf_counter() - start
        read, sent = stage.io_of("self")["rchar"] - read, fleet.sent() - sent
        outcome = farm.sql("SELECT outcome FROM buildattempt")
        if outcome != "OK":
            raise RuntimeError(f"the attempt ended as {outcome}")
        report.add(f"{name}: passes", passes, "")
        report.add(f"{name}: longest pass", longest, "s", timeout + 5)
        report.add(f"{name}: bytes read by its size", read / size, "", 2)
        report.add(f"{name}: bytes sent by its size", sent / size, "", 1.05)
        report.add(f"{name}: time", ours, "s", 1.3, "curl in one go", theirs)
    shutil.rmtree(result)
