"""Results on disk, and jobs whose builders wait to hand them over."""

import hashlib
import os
import subprocess
from pathlib import Path

RUNNING = """
SELECT pg_temp.builds(1, {many}, 1, 'BUILDING');
INSERT INTO buildqueue (id, build, builder, buildstart, dispatched, attempts, architecturetag, trusted, archive)
    SELECT i, i, i, now(), now(), 1, 'amd64', true, 1 FROM generate_series(1, {many}) i;
"""
JOBS = "SELECT pg_temp.sources({many});" + RUNNING


def make_deb(folder, package, source, size):
    """A package of about so many random bytes, which are not compressed; an empty one is as dpkg makes it."""
    tree = Path(folder, ".tree")
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(
        f"Package: {package}\nSource: {source}\nVersion: 1.0\nArchitecture: amd64\nMaintainer: Bench <bench@example.org>\n"
        "Description: bench\n")
    block = os.urandom(1 << 20)
    with open(tree / "data", "wb") as data:
        for _ in range(size >> 20):
            data.write(block)
    subprocess.run(["dpkg-deb", "-Znone" if size else "-Zxz", "--root-owner-group", "-b", str(tree),
                    f"{folder}/{package}_1.0_amd64.deb"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["rm", "-r", str(tree)], check=True)


def digest(path, algorithm):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def make_result(folder, source, files, size):
    """`files` packages of `size` bytes and the .changes that lists them."""
    os.makedirs(folder)
    packages = [source] + [f"{source}-{i}" for i in range(1, files)]
    for package in packages:
        make_deb(folder, package, source, size)
    sums = {"Checksums-Sha1": "", "Checksums-Sha256": "", "Files": ""}
    for package in packages:
        name = f"{package}_1.0_amd64.deb"
        path = os.path.join(folder, name)
        length = os.path.getsize(path)
        sums["Checksums-Sha1"] += f"\n {digest(path, 'sha1')} {length} {name}"
        sums["Checksums-Sha256"] += f"\n {digest(path, 'sha256')} {length} {name}"
        sums["Files"] += f"\n {digest(path, 'md5')} {length} misc optional {name}"
    fields = "".join(f"{key}:{value}\n" for key, value in sums.items())
    Path(folder, f"{source}_1.0_amd64.changes").write_text(
        f"Format: 1.8\nSource: {source}\nBinary: {' '.join(packages)}\nArchitecture: amd64\n"
        f"Version: 1.0\nDistribution: sid\n{fields}")


def urls(folder, builder):
    """Where a builder serves the files of a folder."""
    return {name: f"{builder}filecache/{digest(os.path.join(folder, name), 'sha1')}"
            for name in sorted(os.listdir(folder))}
