"""200 builders hand over three small packages each: from WAITING to FULLYBUILT, durable."""

import itertools
import os
import shutil
from pathlib import Path

import stage
from cases.common import builder_rows, builders
from cases.results import JOBS, make_result, urls

DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


def set_aside(path, numbers=itertools.count()):
    """ext4 passes over each inode that was freed in the last minute when it makes a file, which costs more
    than the making: what one run leaves behind stays until the end."""
    if os.path.exists(path):
        os.makedirs(f"{path}.before", exist_ok=True)
        os.rename(path, f"{path}.before/{next(numbers)}")


def make_durable(cluster, on):
    for setting in DURABLE:
        cluster.sql("postgres", f"ALTER SYSTEM SET {setting} = on" if on else f"ALTER SYSTEM RESET {setting}")
    cluster.do("halt")
    cluster.do("resume")


def measure(report, cluster, folder):
    many = 200
    for i in range(1, many + 1):
        make_result(os.path.join(folder, f"results/{i}"), f"s{i}", 3, 0)
    make_durable(cluster, True)
    with stage.Fleet(folder, builders(many)) as fleet:
        farm = stage.Farm(cluster, folder)
        farm.make(builder_rows(fleet) + JOBS.format(many=many))
        states = [f"{name} state WAITING OK {i}-{i} files={folder}/results/{i}"
                  for i, name in enumerate(fleet.urls, 1)]
        steps = [f"curl -sSf -o {i}-{name} {where} && sha256sum {i}-{name} && case {name} in *.deb) "
                 f"dpkg-deb -f {i}-{name};; esac"
                 for i, url in enumerate(fleet.urls.values(), 1)
                 for name, where in urls(f"{folder}/results/{i}", url).items()]
        script = Path(folder, "one-after-the-other")
        script.write_text("\n".join(steps) + "\n")

        def theirs():
            fleet.say(*states)
            set_aside(f"{folder}/fetched")
            os.makedirs(f"{folder}/fetched")
            return stage.run(["sh", "-e", str(script)], dict(os.environ), folder=f"{folder}/fetched")

        cpu = []

        def ours():
            fleet.say(*states)
            set_aside(farm.root)
            farm.fresh()
            done = farm.run("collect", good=(0, 1))
            built = farm.sql("SELECT count(*) FROM build WHERE buildstate = 'FULLYBUILT'")
            if built != str(many):
                raise RuntimeError(f"{built} of {many} are FULLYBUILT\n{done.output[-2000:]}")
            cpu.append(done.cpu)
            return done

        mine, baseline, ratio = report.pairs(ours, theirs)
        report.add("200 builds with 3 small packages, WAITING to FULLYBUILT: rate", many / mine * 60, "a minute",
                   3000, at_least=True)
        report.add("… CPU of a build, PostgreSQL's not counted", sorted(cpu)[len(cpu) // 2] / many * 1000, "ms", 12)
        other = "curl, sha256sum, dpkg-deb -f one after the other"
        report.add("… time", mine, "s", None, other, baseline, ratio)
        fleet.say("* latency 40..60")  # as in `scan`
        mine, baseline, ratio = report.pairs(ours, theirs)
        report.add("… of builders that answer after 40 to 60 ms: time", mine, "s", 0.12, other, baseline, ratio)
    make_durable(cluster, False)
    for name in ("results", "fetched", "fetched.before", "root.before"):
        shutil.rmtree(f"{folder}/{name}", ignore_errors=True)
