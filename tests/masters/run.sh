#!/bin/bash
# Two hosts' passes, queue building and an admin at once on one farm, counted at the builders.
#   tests/masters/run.sh [--full | --dispatches N] [PRESET]
# --full: 100,000 dispatches; without: 300. PRESET: release (default), dev or asan
set -eu
cd "$(dirname "$0")/../.."
dispatches=300
case ${1-} in
    --full) dispatches=100000 ;;
    --dispatches) dispatches=$2 && shift ;;
    *) set -- '' "$@" ;;
esac
preset=${2:-release}
build=build/$preset

fixtures/need build test
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset" --target test_masters buildd-master fleet
tests/postgres start "$build/tests/postgres.conninfo" "$build/buildd-master"
trap 'tests/postgres stop "$build/tests/postgres.conninfo"' EXIT
DISPATCHES=$dispatches "$build/tests/test_masters"
