"""What a benchmark stands on: a private PostgreSQL, a fleet of simulated builders, a farm with its
folders, and commands measured as whole processes."""

import contextlib
import os
import re
import resource
import shutil
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
BUILD = TOP / "build" / os.environ.get("PRESET", "release")
PROGRAM = str(BUILD / "buildd-master")
OPEN_FILES = resource.getrlimit(resource.RLIMIT_NOFILE)[1]  # all, for fleet and other clients

LAST_TOUCHES = """
UPDATE farm SET uuid = '11111111-2222-3333-4444-555555555555';
DO $$ DECLARE t record; top bigint; BEGIN  -- further rows get ids above those that were given
    FOR t IN SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND
            a.attname = 'id' WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('SELECT coalesce(max(id), 0) + 1 FROM %I', t.relname) INTO top;
        PERFORM setval(pg_get_serial_sequence(t.relname, 'id'), top, false);
    END LOOP;
END $$;
"""


@dataclass
class Run:
    """One command: seconds, CPU seconds (children included), peak memory in MiB (VmHWM)."""

    wall: float
    cpu: float
    memory: float
    output: str


def run(words, environment=None, open_files=None, folder=None, good=(0,)):
    """Runs a command to its end. /usr/bin/time stands between, since a child's peak counts its
    parent's memory before exec, and Python's is large."""
    with tempfile.NamedTemporaryFile("r") as memory, tempfile.TemporaryFile("w+") as output:
        limits = ["prlimit", f"--nofile={open_files}:{open_files}"] if open_files else []
        command = limits + ["/usr/bin/time", "-q", "-f", "%M", "-o", memory.name] + list(words)
        start = time.perf_counter()
        child = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                                 stderr=subprocess.STDOUT, cwd=folder)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
        if child.returncode not in good:
            raise RuntimeError(f"{words}: exit status {child.returncode}\n{text[-2000:]}")
        return Run(wall, usage.ru_utime + usage.ru_stime, int(memory.read()) / 1024, text)


def io_of(pid):
    """What /proc says that a process has read and written, with the children that it waited for.
    recv(2), by which libcurl reads, is not in rchar: that is files."""
    lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    return {key: int(value) for key, value in (line.split(": ") for line in lines)}


class Cluster:
    """The private PostgreSQL. Its durability is off: what is measured is the program. It may cache
    1 GiB, as the server of a farm that large would."""

    def __init__(self, folder):
        self.folder = folder
        self.do("start")
        self.sql("postgres", "ALTER SYSTEM SET shared_buffers = '1GB'")
        self.do("halt")
        self.do("resume")
        self.log = Path(folder, "data", "log")

    def do(self, what):
        words = [str(TOP / "fixtures/private-postgres"), what, self.folder]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)

    def stop(self):
        self.do("stop")

    def of(self, database):
        return f"host={self.folder} user=farm dbname={database}"

    def sql(self, database, text):
        """The answer's rows, columns separated by |."""
        words = ["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", self.of(database)]
        done = subprocess.run(words, input=text, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def logged(self, run):
        """What the server logs while `run()` does its work: entries, with their lines."""
        start = self.log.stat().st_size
        run()
        with self.log.open(errors="replace") as log:
            log.seek(start)
            return re.split(r"\n(?=\S+ \S+ \S+ \[\d+\])", log.read())

    def drop(self, database):
        self.sql("postgres", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def copy(self, template, database):
        self.drop(database)
        self.sql("postgres", f"CREATE DATABASE {database} TEMPLATE {template}")


class Fleet:
    """Simulated builders in a process of its own, a port each. Use as a context."""

    def __init__(self, folder, statements):
        self.ready = os.path.join(folder, "fleet.ready")
        script = Path(folder, "fleet.script")
        script.write_text("".join(line + "\n" for line in statements))
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.ready)
        words = ["prlimit", f"--nofile={OPEN_FILES}", str(BUILD / "fleet"), "--ready", self.ready,
                 "--no-calls", "--script", str(script)]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        while not os.path.exists(self.ready):
            if self.process.poll() is not None:
                raise RuntimeError("the fleet did not start")
            time.sleep(0.01)
        lines = [line.split() for line in Path(self.ready).read_text().splitlines()]
        self.urls = {words[1]: words[2] for words in lines if words[0] == "builder"}
        self.control = next(words[1] for words in lines if words[0] == "control")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def say(self, *statements):
        text = "".join(line + "\n" for line in statements)
        urllib.request.urlopen(self.control, data=text.encode()).read()

    def sent(self):
        """The bytes that it has written so far, to connections as good as alone."""
        return io_of(self.process.pid)["wchar"]

    def cpu(self):
        """Its CPU seconds so far: it must not be what limits a figure."""
        words = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Farm:
    """A template database, and runs of the program on fresh copies of it."""

    cluster: Cluster
    folder: str
    settings: dict = field(default_factory=dict)
    template: str = "bench_template"
    database: str = "bench"

    @property
    def root(self):
        return os.path.join(self.folder, "root")

    def make(self, sql):
        self.cluster.drop(self.template)
        self.cluster.sql("postgres", f"CREATE DATABASE {self.template}")
        environment = {**os.environ, "BUILDD_MASTER_DATABASE": self.cluster.of(self.template)}
        subprocess.run([PROGRAM, "db", "init"], env=environment, check=True, stdout=subprocess.DEVNULL)
        self.cluster.sql(self.template, (HERE / "farm.sql").read_text() + sql + LAST_TOUCHES)
        self.cluster.sql(self.template, "VACUUM ANALYZE")

    def fresh(self):
        self.cluster.copy(self.template, self.database)
        self.make_root()

    def warm(self):
        """All of the database in the server's cache, as when a pass ran a minute ago."""
        self.sql("CREATE EXTENSION pg_prewarm; CHECKPOINT; SELECT sum(pg_prewarm(oid)) FROM pg_class "
                 "WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace")

    def make_root(self):
        shutil.rmtree(self.root, ignore_errors=True)
        for name in ("grabbing", "incoming", "locks", "librarian"):
            os.makedirs(os.path.join(self.root, name))
        for name in ("farm-uuid", "librarian/farm-uuid"):
            Path(self.root, name).write_text("11111111-2222-3333-4444-555555555555\n")

    def environment(self):
        settings = {"database": self.cluster.of(self.database), "root": self.root,
                    "lockfile": os.path.join(self.folder, "lock"),
                    "librarian_url": "http://librarian.example.org",
                    "send_build_notification": "false", **self.settings}
        return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
                **{f"BUILDD_MASTER_{key.upper()}": value for key, value in settings.items()}}

    def run(self, *words, open_files=None, good=(0,)):
        words = [PROGRAM, "--config", str(TOP / "fixtures/empty.conf"), *words]
        return run(words, self.environment(), open_files, good=good)

    def sql(self, text):
        return self.cluster.sql(self.database, text)
