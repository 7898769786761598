#!/bin/bash
# Misbehaving builders beside 20 honest ones.
#   tests/hostile/run.sh [--full] [PRESET]
# --full: every misbehaviour, all at once and each alone; without: a third of them at once. PRESET:
# release (default), dev or asan
set -eu
cd "$(dirname "$0")/../.."
extent=
if [ "${1-}" = --full ]; then
    extent=full
    shift
fi
preset=${1:-release}
build=build/$preset

fixtures/need build test
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset" --target test_hostile buildd-master fleet
tests/postgres start "$build/tests/postgres.conninfo" "$build/buildd-master"
trap 'tests/postgres stop "$build/tests/postgres.conninfo"' EXIT
HOSTILE=$extent "$build/tests/test_hostile"
