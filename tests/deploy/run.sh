#!/bin/bash
# Runs the package as it is deployed: a Debian is booted in a folder with its own systemd, the package
# is installed, buildd-master-guide(7) is typed as it stands (hour.txt), and then the timers go on
# alone through reboots, an upgrade, a removal. Prints all of it. As root; about twenty minutes
# a suite.
#
#   tests/deploy/run.sh [--ci] [SUITE…]    bookworm and trixie; --ci: three cycles instead of ten
#
# The machine has no network but loopback. The builder is the simulator's, beside it, and really
# builds. Exit status 77: no machine can be booted here.
# shellcheck disable=SC1091,SC2034  # the files that are sourced use what is set here
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
cycles=10
[ "${1-}" != --ci ] || { cycles=3; shift; }
[ $# -gt 0 ] || set -- bookworm trixie

. "$here/machine.sh"
. "$here/steps.sh"
why_not=$(no_boot)
[ -z "$why_not" ] || { echo "run.sh: no machine can be booted here: $why_not" >&2; exit 77; }
"$top/fixtures/need" build demo package deploy
cache=$top/build/deploy
mkdir -p "$cache"
build=$top/build/${PRESET:-release}
[ -f "$build/build.ninja" ] || cmake -S "$top" --preset release >/dev/null
ninja -C "$build" fleet >/dev/null

# What hour.txt says, command by command; one that fails ends the test.
type_in() {
    local typed=${command//bookworm/$suite}
    [ "$suite" != trixie ] || typed=${typed//--version 12/--version 13}
    echo "$typed"
    case $typed in
        '$ '*) inside su -s /bin/bash - buildd-master -c "${typed#??}" 2>&1 </dev/null ;;
        '# '*) inside sh -c "cd /root; ${typed#??}" 2>&1 </dev/null ;;
    esac || { echo "[exit status $?]"; return 1; }
}
# A command ends with its line, but for a here-document or a backslash.
type_hour() {
    local waits_for='' command='' line
    while IFS= read -r line; do
        command+=${command:+$'\n'}$line
        [ -z "$waits_for" ] || [ "$line" = "$waits_for" ] || continue
        waits_for=
        case $line in
            *'<<END' | *"<<'END'") waits_for=END ;;
            *\\) ;;
            *) type_in; command= ;;
        esac
    done <"$here/hour.txt"
}

# shellcheck disable=SC2317  # the trap calls it
clean_up() {
    local status=$?
    [ $status -eq 0 ] || [ -z "$booted" ] || show_what_happened || true
    for process in "$booted" "$fleet" "$network"; do [ -z "$process" ] || kill "$process" || true; done
    wait
    rm -rf --one-file-system "$work"
}

deploy() {
    suite=$1
    work=$(mktemp -d "$cache/$suite-XXXXXX")
    machine=$work/machine
    booted='' fleet='' network=''
    hosts='127.0.0.1 localhost master librarian.example.org archive.example.org bob.example.org'
    trap clean_up EXIT
    chmod 755 "$work"
    say "$suite: a machine and the package"
    make_root
    make_package
    make_sources
    make_chroot
    make_network
    mkdir "$work/mail"
    outside "$build/fleet" --ready "$work/ready" --work "$work/fleet" --smtp-port 25 \
        --smtp-dir "$work/mail" \
        "builder bob arch=$(dpkg --print-architecture) mode=real port=8221" &
    fleet=$!
    boot
    say "$suite: the guide"
    type_hour | tee "$cache/$suite.transcript"
    all_steps
    say "$suite: all of it holds, after $SECONDS s"
}

for one in "$@"; do (SECONDS=0; deploy "$one"); done
