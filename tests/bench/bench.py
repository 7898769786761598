#!/usr/bin/env python3
"""Runs the benchmarks and prints one table; see README.md.  bench.py [--full] [--json FILE] [CASE …]"""

import argparse
import importlib
import json
import os
import platform
import sys
import tempfile

import stage
from report import Report

CASES = ("idle", "scan", "collect", "hung", "dispatch", "result", "resumed", "many_results", "finished", "log", "neighbours",
         "many_builders", "queue_build", "history", "guilty")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="the sizes of the goals: an hour")
    parser.add_argument("--runs", type=int, default=5, help="of each figure; medians are printed (5)")
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    given = parser.parse_args()
    for case in given.cases:
        if case not in CASES:
            parser.error(f"there is no case '{case}'")
    return given


def main():
    given = arguments()
    report = Report(given.runs, given.full)
    with tempfile.TemporaryDirectory(prefix="buildd-bench-") as folder:
        os.chmod(folder, 0o755)  # PostgreSQL does not run as root
        cluster = stage.Cluster(os.path.join(folder, "pg"))
        try:
            for case in given.cases or CASES:
                print(f"{case} …", file=sys.stderr, flush=True)
                importlib.import_module(f"cases.{case}").measure(report, cluster, folder)
        finally:
            cluster.stop()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Linux {platform.release().split('-')[0]}"
    print(report.table(machine))
    if given.json:
        with open(given.json, "w", encoding="utf-8") as file:
            json.dump({"machine": machine, "figures": report.figures, "words": report.words}, file, indent=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
