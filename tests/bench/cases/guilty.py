"""A cycle started every minute on 1,000 builders, 150 of which are slow in some way: 50 drip their results, 50
hang, 50 are being reset. Every cycle runs, none takes longer than a pass may, and the other 850 get as many
jobs as without those."""

import subprocess
import time

import stage
from cases.common import builder_rows

HONEST, EACH = 850, 50
PPA_JOBS = 1_000_000  # numbers of the jobs of the PPA begin here

# Jobs enough for every builder in every cycle, and results that the dripping ones hand over.
QUEUE = """
SELECT pg_temp.sources({many});
INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, archive)
    SELECT i, 1, 1, 'NEEDSBUILD', i, 1 FROM generate_series(1, {many}) i;
INSERT INTO buildqueue (id, build, lastscore, architecturetag, trusted, archive)
    SELECT id, id, 1, 'amd64', true, archive FROM build;
"""
SLOW = """
INSERT INTO person (id, name, displayname) VALUES (1, 'ann', 'Ann');
INSERT INTO archive (id, distribution, name, url, purpose, owner)
    VALUES (2, 1, 'ppa', 'http://ppa.example.org/', 'PPA', 1);
INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, sourcepackagename, version, distroseries,
        archive, component, status)
    SELECT i, i, '1.0', 1, 2, 1, 'PUBLISHED' FROM generate_series(1, {each} * 20) i;
INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, archive)
    SELECT {ppa} + i, 1, 1, 'NEEDSBUILD', i, 2 FROM generate_series(1, {each} * 20) i;
INSERT INTO buildqueue (id, build, architecturetag, trusted, archive)
    SELECT id, id, 'amd64', false, archive FROM build WHERE archive = 2;
UPDATE builder SET trusted = false, clean_status = 'DIRTY', vm_host = name WHERE name LIKE 'amd64-reset-%';
UPDATE build SET buildstate = 'BUILDING' WHERE id <= {each};
UPDATE buildqueue SET builder = (SELECT id FROM builder WHERE name = 'amd64-drip-' || build), buildstart = now(),
    dispatched = now(), attempts = 1 WHERE build <= {each};
"""


class Minutes:
    """`cycles` cycles, one started every `period` seconds whatever became of those before."""

    def __init__(self, farm, period, cycles):
        self.farm, self.period, self.cycles = farm, period, cycles

    def run(self):
        self.farm.fresh()
        words = [stage.PROGRAM, "--config", str(stage.TOP / "fixtures/empty.conf"), "cycle"]
        start, children = time.monotonic(), []
        for cycle in range(self.cycles):
            time.sleep(max(0, start + cycle * self.period - time.monotonic()))
            children.append(subprocess.Popen(words, env=self.farm.environment(), stdin=subprocess.DEVNULL,
                                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        time.sleep(max(0, start + self.cycles * self.period - time.monotonic()))
        jobs = int(self.farm.sql("SELECT count(*) FROM buildattempt a JOIN builder b ON b.id = a.builder "
                                 "WHERE b.name LIKE 'amd64-good-%'"))
        passes, longest = self.farm.sql("SELECT count(finished), max(extract(epoch FROM finished - started)) "
                                        "FROM pass").split("|")
        for child in children:
            child.terminate()
        statuses = [child.wait() for child in children]
        return jobs, int(passes), float(longest), statuses.count(75)


def statements(slow):
    lines = [f"builder amd64-good- count={HONEST}", "amd64-good-* outcome PACKAGEFAIL after=0"]
    if slow:
        lines += [f"builder amd64-{name}- count={EACH}" for name in ("drip", "hang", "reset")]
        lines += ["amd64-reset-* outcome PACKAGEFAIL after=0", "amd64-hang-* fault * hang",
                  "amd64-drip-* fault GET drip=1"]
        lines += [f"amd64-drip-{i} state WAITING OK {i}-{i} result-files=1x4000000" for i in range(1, EACH + 1)]
    return lines


def measure(report, cluster, folder):
    period, cycles = (60, 10) if report.full else (15, 4)
    limits = {} if report.full else {"pass_timeout": "12 s", "socket_timeout": "5 s"}
    settings = {"vm_resume_command": f"sleep {period // 2}", "max_connections": "20000", **limits}
    figures = {}
    for slow in (True, False):
        with stage.Fleet(folder, statements(slow)) as fleet:
            fleet.say("amd64-good-* latency 40..60")
            farm = stage.Farm(cluster, folder, settings)
            farm.make(builder_rows(fleet) + QUEUE.format(many=HONEST * (cycles + 3))
                      + (SLOW.format(each=EACH, ppa=PPA_JOBS) if slow else ""))
            figures[slow] = Minutes(farm, period, cycles).run()
    jobs, passes, longest, busy = figures[True]
    report.add(f"cycles that made a pass, of {cycles} started every {period} s", passes, "", cycles, at_least=True)
    report.add("cycles that found the locks held", busy, "", 0)
    report.add("the longest pass", longest, "s", 55 if report.full else 13)
    report.add("the longest pass without the slow ones", figures[False][2], "s")
    report.add(f"jobs of {HONEST} builders beside {3 * EACH} slow ones", jobs, "", 0.98, "without those",
               figures[False][0], at_least=True)
