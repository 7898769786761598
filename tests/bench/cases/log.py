"""A long build log, compressed while it comes."""

import os
import random

import stage
from cases.common import builder_rows, builders
from cases.results import JOBS


def write_log(path, size):
    """What compilers say: alike, but never quite the same."""
    dice = random.Random(1)
    words = ["src", "lib", "core", "net", "parser", "util", "table", "index", "main", "event"]
    with open(path, "w", encoding="ascii") as log:
        while log.tell() < size:
            lines = []
            for _ in range(2000):
                name = "/".join(dice.choices(words, k=3)) + str(dice.randrange(1000))
                lines.append(f"x86_64-linux-gnu-gcc -DHAVE_CONFIG_H -I. -I../include -Wdate-time "
                             f"-D_FORTIFY_SOURCE=2 -g -O2 -fstack-protector-strong -Wformat "
                             f"-Werror=format-security -c {name}.c -o {name}-{dice.randrange(16 ** 6):x}.o\n")
            log.write("".join(lines))


def measure(report, cluster, folder):
    size = (500 if report.full else 100) << 20
    log = os.path.join(folder, "long.log")
    write_log(log, size)
    with stage.Fleet(folder, builders(1)) as fleet:
        (builder, _), = fleet.urls.items()
        farm = stage.Farm(cluster, folder)
        farm.make(builder_rows(fleet) + JOBS.format(many=1))
        runs = []

        def collect():
            fleet.say(f"{builder} state WAITING PACKAGEFAIL 1-1 log={log}")
            farm.fresh()
            runs.append(farm.run("collect"))
            return runs[-1]

        for program, goal in (("gzip -6", 1.1), ("pigz -6", None)):
            theirs, ours, ratio = report.pairs(
                lambda: stage.run(["sh", "-ec", f"{program} <{log} >{folder}/log.gz; sync {folder}/log.gz"],
                                  dict(os.environ)), collect)
            report.add(f"log of {size >> 20} MiB: rate beside {program}", (size >> 20) / ours, "MiB/s", goal,
                       program, (size >> 20) / theirs, ratio, at_least=True)
        report.add("log: memory", max(run.memory for run in runs), "MiB", 32)
    os.unlink(log)
