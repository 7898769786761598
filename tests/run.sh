#!/bin/bash
# Installs what is missing, builds, and runs all tests against a private PostgreSQL and the fleet.
#   tests/run.sh [PRESET]     PRESET: release, dev (default), asan, clang; tsan: the tests that use threads
# Further words go to ctest, e.g. tests/run.sh dev -R farm:
set -eu
cd "$(dirname "$0")/.."
preset=${1:-dev}
shift || true

fixtures/need build test lint
case $preset in clang | tsan) fixtures/need clang ;; esac
# ThreadSanitizer finds no room for its shadow where addresses are drawn from more than this.
if [ "$preset" = tsan ] && [ "$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 28)" -gt 28 ] &&
    [ "$(cat /proc/self/personality)" != 00040000 ]; then
    exec setarch -R tests/run.sh "$preset" "$@"
fi
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset"
# One more than processors: tests wait for builders and databases half of their time.
status=0
rm -f build/"$preset"/race.*
ctest --preset "$preset" -j "$(($(nproc) + 1))" "$@" || status=$?
# Also one of a process whose end no test saw, or of a test that passed when it was repeated.
if compgen -G "build/$preset/race.*" >/dev/null; then
    cat "build/$preset"/race.* >&2
    status=1
fi
exit $status
