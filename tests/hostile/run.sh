#!/bin/bash
# Misbehaving builders beside 20 honest ones.
#   tests/hostile/run.sh [--full] [PRESET]
# --full: every misbehaviour, all at once and each alone; without: a third of them at once. PRESET:
# release (default), dev or asan
set -eu
extent=
if [ "${1-}" = --full ]; then
    extent=full
    shift
fi
exec "$(dirname "$0")/../run-suite" hostile "${1:-release}" HOSTILE="$extent"
