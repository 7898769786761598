#!/bin/bash
# PostgreSQL, mail server, disk and clock fail under the program. A full disk needs root.
#   tests/outages/run.sh [--full] [PRESET]
# --full: the connection is cut at every statement, and so on; without: a sample. PRESET: release
# (default), dev or asan
set -eu
extent=sample
if [ "${1-}" = --full ]; then
    extent=full
    shift
fi
exec "$(dirname "$0")/../run-suite" outages "${1:-release}" OUTAGES="$extent"
