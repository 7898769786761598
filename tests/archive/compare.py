"""What the program makes of an archive's data, beside what dpkg and python3-debian make of it.

  compare.py architectures RULES SOURCES    every word of every Architecture field with every architecture
  compare.py versions RULES SOURCES N       N pairs of versions
  compare.py pick SOURCES N                 prints N sources, name=version, spread over the index
  compare.py imported ROWS DSC …            what was imported, as JSON, one object a line
  compare.py refreshed ROWS SUITE FOLDER    what was read of a suite ("POCKET NAME VERSION"), beside what
                                            python3-apt reads in FOLDER/Packages.SUITE, …-updates and so on

SOURCES: the text of the Sources indexes. Exits with 1 when something differs.
"""

import json
import os
import random
import re
import subprocess
import sys

from debian import deb822

SMALL = 3 << 20  # bytes of a source that is worth fetching for a test

# Words and architectures on stdin; `yes` or `no` for each pair of them.
DPKG_ARCH = r"""
use Dpkg::Arch qw(debarch_is);
while (<>) { my ($word, $arch) = split; print debarch_is($arch, $word) ? "yes\n" : "no\n" }
"""


def fields(path, *names):
    """The fields of each stanza, by a plain search: an index has 40,000 stanzas."""
    patterns = [re.compile(rf"^{name}: *(.*(?:\n[ \t].*)*)", re.M) for name in names]
    with open(path, encoding="utf-8") as index:
        for stanza in index.read().split("\n\n"):
            found = [pattern.search(stanza) for pattern in patterns]
            if stanza.strip():
                yield [match[1] if match else "" for match in found]


def answers(command, questions):
    text = "".join(question + "\n" for question in questions)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    lines = done.stdout.split("\n")[:-1]
    if len(lines) != len(questions):
        raise RuntimeError(f"{command[0]} gave {len(lines)} answers to {len(questions)} questions")
    return lines


def report(what, wrong, of):
    for line in wrong[:20]:
        print(line, file=sys.stderr)
    print(f"{of} {what} compared, {len(wrong)} differ")
    return 1 if wrong or not of else 0


def architectures(rules, path):
    words = sorted({word for (field,) in fields(path, "Architecture") for word in field.split()} - {"all"})
    known = subprocess.run(["dpkg-architecture", "-L"], capture_output=True, text=True, check=True)
    pairs = [f"{word} {tag}" for word in words for tag in known.stdout.split()]
    ours = answers([rules], ["architecture " + pair for pair in pairs])
    theirs = answers(["perl", "-e", DPKG_ARCH], pairs)
    wrong = [f"{pair}: {a}, dpkg says {b}" for pair, a, b in zip(pairs, ours, theirs) if a != b]
    return report(f"pairs of {len(words)} Architecture words and the architectures", wrong, len(pairs))


def dpkg_order(a, b):
    def holds(operator):
        return subprocess.run(["dpkg", "--compare-versions", a, operator, b], check=False).returncode == 0
    return "lt" if holds("lt") else "eq" if holds("eq") else "gt"


def versions(rules, path, count):
    every = sorted({field for (field,) in fields(path, "Version")})
    chance = random.Random(count)
    pairs = []
    while len(pairs) < count:  # half of them likely to be close to each other
        at = chance.randrange(len(every) - 1)
        pairs.append((every[at], every[at + 1] if len(pairs) % 2 else chance.choice(every)))
    ours = answers([rules], [f"versions {a} {b}" for a, b in pairs])
    wrong = [f"{a} {b}: {ours[i]}" for i, (a, b) in enumerate(pairs) if dpkg_order(a, b) != ours[i]]
    return report("pairs of versions", wrong, count)


def pick(path, count):
    small = []
    for name, version, files, extra in fields(path, "Package", "Version", "Files", "Extra-Source-Only"):
        size = sum(int(line.split()[1]) for line in files.split("\n") if line.strip())
        if size <= SMALL and extra != "yes":
            small.append(f"{name}={version}")
    print("\n".join(random.Random(len(small)).sample(small, count)))
    return 0


def one_line(text):
    return re.sub(r"[\x00-\x1f]", " ", text or "").strip()


def section_component(dsc):
    lines = [line.split() for line in (dsc.get("Package-List") or "").split("\n")]
    section = dsc.get("Section") or next((words[2] for words in lines if len(words) >= 4), "")
    return section.split("/")[0] if "/" in section else "main"


def expected(path):
    with open(path, "rb") as file:
        data = file.read()
    dsc = deb822.Dsc(data)
    depends = [one_line(dsc.get(name)) for name in ("Build-Depends", "Build-Depends-Arch")]
    sums = {item["name"]: item["sha256"] for item in dsc["Checksums-Sha256"]}
    files = {item["name"]: [int(item["size"]), item["md5sum"], sums[item["name"]]] for item in dsc["Files"]}
    return {"name": dsc["Source"], "version": dsc["Version"], "hints": one_line(dsc["Architecture"]),
            "depends": ", ".join(filter(None, depends)), "indep": one_line(dsc.get("Build-Depends-Indep")),
            "component": section_component(dsc), "files": files}


def imported(rows, paths):
    with open(rows, encoding="utf-8") as lines:
        found = {(row["name"], row["version"]): row for row in map(json.loads, lines)}
    wrong = []
    for wish in map(expected, paths):
        row = found.get((wish["name"], wish["version"]))
        if row is None:
            wrong.append(f"{wish['name']} {wish['version']} was not imported")
            continue
        wrong += [f"{wish['name']} {key}: {row[key]!r}, python3-debian says {value!r}"
                  for key, value in wish.items() if row[key] != value]
    return report("imported sources", wrong, len(paths))


def refreshed(rows, suite, folder):
    import apt_pkg  # pylint: disable=import-outside-toplevel
    theirs = {}
    for pocket, name in (("RELEASE", suite), ("UPDATES", f"{suite}-updates"), ("BACKPORTS", f"{suite}-backports"),
                         ("SECURITY", f"{suite}-security"), ("PROPOSED", f"{suite}-proposed-updates")):
        path = f"{folder}/Packages.{name}"
        stanzas = apt_pkg.TagFile(path) if os.path.exists(path) else []
        theirs[pocket] = {(stanza["Package"], stanza["Version"]) for stanza in stanzas}
    ours = {pocket: set() for pocket in theirs}
    with open(rows, encoding="utf-8") as lines:
        for pocket, name, version in map(str.split, lines):
            ours[pocket].add((name, version))
    wrong = [f"{pocket}: {only} {name} {version}" for pocket in theirs
             for only, some in (("lacks", theirs[pocket] - ours[pocket]), ("has too much:", ours[pocket] - theirs[pocket]))
             for name, version in sorted(some)]
    print("packages that python3-apt counts: " + ", ".join(f"{pocket} {len(all)}" for pocket, all in theirs.items()))
    return report("packages of a refreshed archive", wrong, sum(map(len, theirs.values())))


def main(command, *words):
    if command == "architectures":
        return architectures(*words)
    if command == "versions":
        return versions(words[0], words[1], int(words[2]))
    if command == "pick":
        return pick(words[0], int(words[1]))
    if command == "refreshed":
        return refreshed(*words)
    return imported(words[0], words[1:])


sys.exit(main(*sys.argv[1:]))
