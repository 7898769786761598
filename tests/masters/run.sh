#!/bin/bash
# Two hosts' passes, queue building and an admin at once on one farm, counted at the builders.
#   tests/masters/run.sh [--full | --dispatches N] [PRESET]
# --full: 100,000 dispatches; without: 300. PRESET: release (default), dev or asan
set -eu
dispatches=300
case ${1-} in
    --full) dispatches=100000 ;;
    --dispatches) dispatches=$2 && shift ;;
    *) set -- '' "$@" ;;
esac
exec "$(dirname "$0")/../run-suite" masters "${2:-release}" DISPATCHES="$dispatches" \
    CASE='two hosts and an admin start no job twice and lose none'
