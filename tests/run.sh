#!/bin/bash
# Installs what is missing, builds, and runs all tests against a private PostgreSQL and the fleet.
#   tests/run.sh [PRESET]     PRESET: release, dev (default), asan or clang
# Further words go to ctest, e.g. tests/run.sh dev -R farm:
set -eu
cd "$(dirname "$0")/.."
preset=${1:-dev}
shift || true

fixtures/need build test lint
[ "$preset" != clang ] || fixtures/need clang
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset"
# One more than processors: tests wait for builders and databases half of their time.
exec ctest --preset "$preset" -j "$(($(nproc) + 1))" "$@"
