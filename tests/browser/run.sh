#!/bin/bash
# Opens the page of `status --html` in Chromium, as a wide screen, a phone and in the dark, and checks what
# readers get (page.py). Where Chromium cannot be installed it says so and is content.
#   run.sh [FOLDER]      FOLDER receives the pictures; build/browser without it
set -eu
cd "$(dirname "$0")/../.."
pictures=${1:-build/browser}
mkdir -p "$pictures"
program=$PWD/build/release/buildd-master

fixtures/need build test
if ! fixtures/need browser; then
    echo "tests/browser: Chromium cannot be installed here, so the page was not looked at"
    exit 0
fi
cmake --preset release >/dev/null
cmake --build --preset release --target buildd-master >/dev/null

work=$(mktemp -d /tmp/buildd-browser-XXXXXX)
chmod 755 "$work"
trap 'fixtures/private-postgres stop "$work/pg"; rm -rf "$work"' EXIT
conninfo=$(fixtures/private-postgres start "$work/pg")
psql -q "$conninfo" -c 'create database farm_of_the_page'
export BUILDD_MASTER_DATABASE="host=$work/pg user=farm dbname=farm_of_the_page"
"$program" db init >/dev/null
psql -q -v ON_ERROR_STOP=1 "$BUILDD_MASTER_DATABASE" -f tests/browser/farm.sql >/dev/null
"$program" status
"$program" status --html "$work/status.html"
/usr/bin/python3 tests/browser/page.py "$work/status.html" "$pictures"
