#!/bin/bash
# PostgreSQL, mail server, disk and clock fail under the program. A full disk needs root.
#   tests/outages/run.sh [--full] [PRESET]
# --full: the connection is cut at every statement, and so on; without: a sample. PRESET: release
# (default), dev or asan
set -eu
cd "$(dirname "$0")/../.."
extent=sample
if [ "${1-}" = --full ]; then
    extent=full
    shift
fi
preset=${1:-release}
build=build/$preset

fixtures/need build test
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset" --target test_outages buildd-master fleet
tests/postgres start "$build/tests/postgres.conninfo" "$build/buildd-master"
trap 'tests/postgres stop "$build/tests/postgres.conninfo"' EXIT
OUTAGES=$extent "$build/tests/test_outages"
