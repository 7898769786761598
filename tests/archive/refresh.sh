#!/bin/bash
# Debian's real layout: `archive check` of each of its lines, with security at its own URL; `archive refresh` of all
# its suites beside what python3-apt counts in apt's own lists; then again, when nothing may be fetched but Release.
#   refresh.sh PROGRAM WORK CONNINFO      WORK: with apt's options as run.sh has made them
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$1 work=$2 conninfo=$3
apt_options=(-o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o Dir::Etc::SourceList=/dev/null
    -o "Dir::Etc::SourceParts=$work/parts" -o Acquire::Languages=none -o APT::Sandbox::User=)
targets() { apt-get "${apt_options[@]}" indextargets --format "$1" 'Created-By: Packages'; }

# The machine's release, as binary packages; where its archive has backports, those too.
architecture=$(dpkg --print-architecture)
sed -i -E 's/^deb-src /deb /; s/^Types:.*/Types: deb/' "$work"/parts/*
apt-get "${apt_options[@]}" update -qq
read -r uri suite < <(targets "\$(REPO_URI) \$(RELEASE)" | awk '$2 !~ /-/ { print; exit }')
key=$(grep -ohEi 'signed-by[:=] ?/[^] ]+' "$work"/parts/* | head -n 1 | sed 's/^[^/]*//')
security=$(targets "\$(REPO_URI) \$(RELEASE)" | awk '$2 ~ /-security$/ { print $1, $2; exit }')
options="[arch=$architecture${key:+ signed-by=$key}]"
rm -f "$work"/parts/*
is_there() {
    /usr/lib/apt/apt-helper "${apt_options[@]}" download-file "${uri%/}/dists/$1/InRelease" "$work/InRelease" \
        >/dev/null 2>&1
}
pockets=() lines=0
for one in RELEASE:"" UPDATES:-updates PROPOSED:-proposed-updates BACKPORTS:-backports; do
    pocket=${one%%:*} suffix=${one#*:}
    if is_there "$suite$suffix"; then
        echo "deb $options $uri $suite$suffix main" >>"$work/parts/real.list"
        lines=$((lines + 1))
        [ "$pocket" != PROPOSED ] || pockets+=(--pocket "PROPOSED=,%(series)s$suffix")
    else
        pockets+=(--pocket "$pocket=absent")
    fi
done
if [ -n "$security" ]; then
    echo "deb $options $security main" >>"$work/parts/real.list"
    lines=$((lines + 1))
    pockets+=(--pocket "SECURITY=${security% *},%(series)s-security,main")
else
    pockets+=(--pocket SECURITY=absent)
fi
apt-get "${apt_options[@]}" update -qq
targets "\$(RELEASE) \$(FILENAME)" | while read -r release file; do
    /usr/lib/apt/apt-helper cat-file "$file" >"$work/Packages.$release"
done

bm() { "$program" --config "$work/buildd-master.conf" "$@"; }
bm series add "refreshed/$suite" --status FROZEN
bm arch add "refreshed/$suite/$architecture" --family x86 --nominated
keyring=()
if [ -n "$key" ]; then
    gpg --no-default-keyring --keyring "$key" --export --armor >"$work/key.asc"
    keyring=(--key "$work/key.asc")
fi
bm archive add refreshed/primary --purpose PRIMARY --url "$uri" "${pockets[@]}" "${keyring[@]}"
bm archive check refreshed/primary >"$work/checked"
cat "$work/checked"
counted="$lines lines"
[ "$lines" -ne 1 ] || counted="1 line"
[ "$(cat "$work/checked")" = "archive refreshed/primary: $counted" ]
bm archive refresh refreshed/primary
psql -AtqX -F' ' "$conninfo" >"$work/refreshed" <<'SQL'
SELECT pocket, archivebinary.name, version FROM archivebinary
    JOIN archive ON archive.id = archive JOIN distribution ON distribution.id = archive.distribution
WHERE distribution.name = 'refreshed' AND component = 'main'
SQL
/usr/bin/python3 "$here/compare.py" refreshed "$work/refreshed" "$suite" "$work"
bm -v archive refresh refreshed/primary >"$work/again" 2>&1
cat "$work/again"
grep -q '^archive refreshed/primary: is so already$' "$work/again"

# Ubuntu's layout does not fit it: the line is named, and builders are given it no longer.
if is_there "$suite-security"; then exit 0; fi
bm archive set refreshed/primary --pocket SECURITY=default
bm archive refresh --forget-missing refreshed/primary
status=0
bm archive check refreshed/primary >"$work/checked" 2>&1 || status=$?
cat "$work/checked"
[ "$status" -eq 69 ]
grep -q "^archive refreshed/primary: deb $uri $suite-security main: .* has no Release: left out of" "$work/checked"
