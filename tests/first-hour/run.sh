#!/bin/bash
# Types buildd-master-guide(7), every command as it stands: a master and two real launchpad-buildds, each
# a Debian booted with its own systemd. Two builds end together; then a company builds its own packages
# beside Debian's. Prints all of it. As root; about a quarter of an hour.
#
#   LAUNCHPAD_BUILDD=DIR tests/first-hour/run.sh        DIR: a git checkout of launchpad-buildd
#
# Exit status 77: there is none, or no machine can be booted here.
# shellcheck disable=SC1091,SC2034,SC2154  # the files that are sourced use what is set here
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
suite=bookworm
cache=$top/build/worker
. "$top/tests/deploy/machine.sh"
. "$top/tests/worker/machines.sh"
why_not=$(no_worker)
[ -z "$why_not" ] || { echo "first-hour: skipped: $why_not" >&2; exit 77; }
"$top/fixtures/need" build demo package deploy worker
mkdir -p "$cache"
work=$(mktemp -d "$cache/hour-XXXXXX")
chmod 755 "$work"
# shellcheck disable=SC2317  # the trap calls it
clean_up() {
    local status=$?
    [ $status -eq 0 ] || show_what_happened || true
    stop_farm
    rm -rf --one-file-system "$work"
}
show_what_happened() {
    on bob journalctl --quiet --no-pager --unit="launchpad-buildd*" --lines=20
    on master journalctl --quiet --no-pager --output=cat --unit='buildd-master*' --lines=60
    farm "buildd-master build list; buildd-master builder list; buildd-master build log hello | tail -n 40"
}
trap clean_up EXIT

farm() { on master su -s /bin/bash - buildd-master -c "$*"; }
is_build() { farm "buildd-master build list --source $1" | grep -w "$2" >/dev/null; }
both_wait() { is_waiting bob && is_waiting alice; }
is_published() { farm "reprepro --basedir /srv/archive/$1 list bookworm" | grep " $2 " >/dev/null; }

make_master() {
    local build=$top/build/${PRESET:-release}
    [ -f "$build/build.ninja" ] || cmake -S "$top" --preset release >/dev/null
    (cd "$build" && rm -f ./*.deb && ninja buildd-master pages >/dev/null && cpack >/dev/null)
    cp "$build"/buildd-master_*.deb "$work/master/root"
    mkdir -p "$work/master/srv/company"
    "$top/fixtures/packages/make-sources" "$work/own"
    cp "$work"/own/{hello-farm,needs-hello}_* "$work/master/srv/company"
}

first_hour() {
    say "the first hour"
    on master apt-get update -qq
    give_checkout bob
    type_guide 'The master' 'The first build'
    make_worker alice >"$work/alice.log" 2>&1
    farm "buildd-master builder add alice http://alice.example.org:8221/ --arch amd64"
    holds "nobody but the master reaches a worker" \
        eval '! outside curl -s -m 5 http://bob.example.org:8221/rpc >/dev/null'
    type_guide 'The first build' "Own packages beside Debian's"
    await 900 is_build hello FULLYBUILT
    await 900 is_build hostname FULLYBUILT
    for package in hello hostname; do
        holds "$package is built and published" is_build "$package" FULLYBUILT
        holds "$package is in the archive" is_published debian "$package"
    done
}

two_end_together() {
    local one
    say "two builds end together"
    on master systemctl stop buildd-master.timer buildd-master-queue.timer
    sources 2 "$work/master/srv/two"
    farm "buildd-master source import --archive debian/primary --series bookworm --creator joe /srv/two/*.dsc"
    farm "buildd-master queue build && buildd-master cycle"
    await 900 both_wait
    on master systemctl start buildd-master.timer buildd-master-queue.timer
    for one in $names; do
        await 300 is_build "$one" FULLYBUILT
        holds "$one is in the archive" is_published debian "$one"
    done
}

second_hour() {
    say "the second hour: own packages beside Debian's"
    type_guide "Own packages beside Debian's" Monitoring
    await 900 is_build hello-farm FULLYBUILT
    await 900 is_build needs-hello FULLYBUILT
    on master sh -c 'apt-get update -qq && apt-get install -y hello-farm >/dev/null 2>&1 && hello-farm'
    type_guide Monitoring PUBLISHING
}

SECONDS=0
make_base
make_farm
for machine in master bob alice; do
    new_machine "$machine" "$cache/$suite-base.tar"
    boot_machine "$machine"
done
make_master
first_hour
two_end_together
second_hour
holds "nothing is wrong in the database" farm 'buildd-master db check'
holds "no unit has failed" test -z "$(on master systemctl list-units --failed --plain --no-legend)"
say "all of it holds, after $SECONDS s"
