#!/bin/bash
# Drives real launchpad-buildds, each in a Debian booted with its own systemd and set up as
# buildd-master-guide(7) tells: real sources, each way in which a build ends, and what befalls workers
# and master in between. Prints what came of each case, and how long it took. As root; half an hour.
#
#   LAUNCHPAD_BUILDD=DIR tests/worker/run.sh [CASE…]     DIR: a git checkout of launchpad-buildd
#
# Exit status 77: there is none, or no machine can be booted here.
# shellcheck disable=SC1091,SC2034,SC2154  # the files that are sourced use what is set here
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
suite=bookworm
cache=$top/build/worker
. "$top/tests/deploy/machine.sh"
. "$here/machines.sh"
. "$here/farm.sh"
. "$here/cases.sh"
why_not=$(no_worker)
[ -z "$why_not" ] || { echo "worker: skipped: $why_not" >&2; exit 77; }
"$top/fixtures/need" build test deploy worker
mkdir -p "$cache"
work=$(mktemp -d "$cache/farm-XXXXXX")
chmod 755 "$work"
# shellcheck disable=SC2317  # the trap calls it
clean_up() {
    local status=$?
    [ $status -eq 0 ] || show_what_happened || true
    for process in $background; do kill "$process" || true; done
    stop_farm
    "$top/fixtures/private-postgres" stop "$work/pg" || true
    rm -rf --one-file-system "$work"
}
trap clean_up EXIT

[ -f "$top/build/release/build.ninja" ] || cmake -S "$top" --preset release >/dev/null
ninja -C "$top/build/release" buildd-master >/dev/null
make_base
make_farm
make_worker_root
make_sources
make_master
for one in bob alice eve; do
    new_machine "$one" "$worker_root"
    boot_machine "$one"
done
begin_resets
set_up

[ $# -gt 0 ] || set -- real_sources packagefail depfail chrootfail builderfail cancel \
    worker_killed worker_stopped master_killed ppa private
for one in "$@"; do
    SECONDS=0
    "$one"
    printf '%-16s %s, %s s\n' "${one//_/ }:" "$outcome" "$SECONDS" | tee -a "$work/outcomes"
done
bm db check
printf '\n== all of it holds\n'
cat "$work/outcomes"
