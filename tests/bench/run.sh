#!/bin/bash
# Installs what is missing, builds, and runs the benchmarks: README.md tells what they are.
#   run.sh [--full] [--runs N] [--json FILE] [CASE …]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..

"$top/fixtures/need" build test bench
(cd "$top" && cmake --preset release >/dev/null &&
    cmake --build --preset release --target buildd-master fleet floor)
cd "$here"
exec /usr/bin/python3 bench.py "$@"
