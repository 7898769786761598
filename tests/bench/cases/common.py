"""What several cases share: builder rows, and clients that make the same calls."""

import os
import sys
import tempfile
from pathlib import Path

import stage

WIRE = stage.TOP / "fixtures/wire"
TAGS = ("amd64", "arm64", "armel", "armhf", "i386", "ppc64el", "riscv64", "s390x")
ROUNDS = ("echo", "info", "status")  # what a scan asks of each builder


def builders(many, architectures=1):
    """Statements for a fleet: idle builders, each with its number in its name."""
    share = -(-many // architectures)
    lines = []
    for i in range(architectures):
        count = min(share, many - i * share)
        lines.append(f"builder {TAGS[i]}- arch={TAGS[i]} count={count}")
    return lines


def building(names):
    """Statements: each works on the job of its number, as results.RUNNING has it."""
    return [f"{name} state BUILDING {i}-{i}" for i, name in enumerate(names, 1)]


def builder_rows(fleet):
    """SQL for the fleet's builders, healthy and clean."""
    rows = []
    for number, (name, url) in enumerate(fleet.urls.items(), 1):
        tag = name.split("-")[0]
        rows.append(f"({number}, {TAGS.index(tag) + 1}, '{name}', '{name}', '{url}', 'CLEAN', '{tag}')")
    return ("INSERT INTO builder (id, processor, name, title, url, clean_status, architecturetag) VALUES "
            + ", ".join(rows) + ";\n")


def request_body(method):
    words = '<param><value><string>Test</string></value></param>' if method == "echo" else ""
    return (f'<?xml version="1.0"?><methodCall><methodName>{method}</methodName>'
            f"<params>{words}</params></methodCall>")


class CurlRounds:
    """`curl --parallel`: a round of one call to each builder, all rounds one after the other."""

    def __init__(self, folder, urls, methods):
        self.folder = folder
        files = []
        for method in methods:
            Path(folder, f"{method}.xml").write_text(request_body(method))
            entry = (f'data-binary = "@{folder}/{method}.xml"\nheader = "Content-Type: text/xml"\n'
                     'output = "/dev/null"\n')
            lines = [f'url = "{url}rpc"\n{entry}' for url in urls]
            file = Path(folder, f"{method}.curl")
            file.write_text("next\n".join(lines))
            files.append(f"curl -sSf --parallel --parallel-immediate --parallel-max 300 -K {file}")
        self.words = ["sh", "-ec", "; ".join(files)]

    def run(self):
        return stage.run(self.words, dict(os.environ), stage.OPEN_FILES, self.folder)


def client(name, urls, *words):
    """Runs one of clients/ with the URLs in a file."""
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("".join(url + "rpc\n" for url in urls))
        file.flush()
        program = str(stage.HERE / "clients" / name)
        return stage.run([sys.executable, program, file.name, *words], dict(os.environ), stage.OPEN_FILES)
