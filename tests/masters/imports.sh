#!/bin/bash
# Imports, archive refresh and queue build at once, as from several terminals.
#   tests/masters/imports.sh [--ci | --rounds N] [PRESET]
# 200 rounds, with --ci 10. PRESET: release (default), dev or asan
set -eu
rounds=200
case ${1-} in
    --ci) rounds=10 && shift ;;
    --rounds) rounds=$2 && shift 2 ;;
esac
exec "$(dirname "$0")/../run-suite" masters "${1:-release}" ROUNDS="$rounds" \
    CASE='imports refreshes and queue builds at once publish no source twice'
