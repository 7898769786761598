#!/bin/bash
# The crash matrix against a private PostgreSQL, everything in memory where there is /dev/shm.
#
#   run.sh --ci     a fair sample of every strike, about a minute (default)
#   run.sh --full   every point of every strike, about three hours
#   run.sh …        anything else goes to crash_matrix, e.g.: run.sh --command cycle --point 123
#
# PRESET (release) is the build to strike; SEED (by the clock) where the sample begins.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
build=$top/build/${PRESET:-release}
seed=${SEED:-$(($(date +%s) % 10000 + 1))}

memory=/dev/shm
[ -w "$memory" ] || memory=${TMPDIR:-/tmp}
TMPDIR=$(mktemp -d "$memory/buildd-crash-XXXXXX")
chmod 0755 "$TMPDIR"  # for PostgreSQL, which does not run as root
export TMPDIR
# shellcheck disable=SC2317  # the trap calls it
stop() {
    "$top/fixtures/private-postgres" stop "$TMPDIR/pg"
    rm -rf "$TMPDIR"
}
trap stop EXIT
trap 'exit 130' INT TERM

start_postgres() {
    local conninfo
    conninfo=$("$top/fixtures/private-postgres" start "$TMPDIR/pg")
    psql -q "$conninfo" -c 'create database farm_template' -c 'create role fiera login'
    BUILDD_MASTER_DATABASE="host=$TMPDIR/pg user=farm dbname=farm_template" \
        "$build/buildd-master" db init --role fiera >/dev/null
    export CRASH_POSTGRES="host=$TMPDIR/pg"
}

failed=0
matrix() {
    printf '\n== crash_matrix %s\n' "$*"
    "$build/tests/crash/crash_matrix" --seed "$seed" "$@" || failed=1
}

if [ -z "${PRESET-}" ] || [ ! -x "$build/tests/crash/crash_matrix" ]; then
    (cd "$top" && cmake --preset "${PRESET:-release}" >/dev/null &&
        cmake --build --preset "${PRESET:-release}" --target buildd-master fleet crash_matrix)
fi
start_postgres
case ${1:---ci} in
    --ci)
        matrix --durability
        matrix --strike kill --sample 8
        matrix --strike kill-all --sample 1
        matrix --strike term --sample 1
        matrix --strike fail --sample 2
        ;;
    --full)
        matrix --durability
        for strike in kill kill-all term fail; do matrix --strike "$strike"; done
        ;;
    *) matrix "$@" ;;
esac
exit $failed
