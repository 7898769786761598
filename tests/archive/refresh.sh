#!/bin/bash
# `archive refresh` of a real suite with its updates, backports and security beside what python3-apt counts in
# apt's own lists; then again, when nothing may be fetched but Release.
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
for one in "" -updates -backports; do
    is_there "$suite$one" && echo "deb $options $uri $suite$one main"
done >"$work/parts/real.list"
[ -z "$security" ] || echo "deb $options $security main" >>"$work/parts/real.list"
apt-get "${apt_options[@]}" update -qq
targets "\$(RELEASE) \$(FILENAME)" | while read -r release file; do
    /usr/lib/apt/apt-helper cat-file "$file" >"$work/Packages.$release"
done

bm() { "$program" --config "$work/buildd-master.conf" "$@"; }
bm series add "refreshed/$suite" --status DEVELOPMENT
bm arch add "refreshed/$suite/$architecture" --family x86 --nominated
keyring=()
if [ -n "$key" ]; then
    gpg --no-default-keyring --keyring "$key" --export --armor >"$work/key.asc"
    keyring=(--key "$work/key.asc")
fi
[ -z "$security" ] || echo "deb $security main" >"$work/external"
touch "$work/external"
bm archive add refreshed/primary --purpose PRIMARY --url "$uri" --external-lines "$work/external" "${keyring[@]}"
bm archive refresh refreshed/primary
psql -AtqX -F' ' "$conninfo" >"$work/refreshed" <<'SQL'
SELECT CASE WHEN component = '' THEN 'external' ELSE pocket::text END, archivebinary.name, version FROM archivebinary
    JOIN archive ON archive.id = archive JOIN distribution ON distribution.id = archive.distribution
WHERE distribution.name = 'refreshed' AND component IN ('main', '')
SQL
/usr/bin/python3 "$here/compare.py" refreshed "$work/refreshed" "$suite" "$work"
bm -v archive refresh refreshed/primary >"$work/again" 2>&1
cat "$work/again"
grep -q '^archive refreshed/primary: is so already$' "$work/again"
