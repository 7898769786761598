#!/bin/bash
# Real sources and packages of the Debian mirror that this machine's apt is configured for, beside what dpkg,
# python3-debian and python3-apt make of them.
#   tests/archive/run.sh [--ci] [PRESET]     --ci: 10 sources and 500 pairs of versions, not 50 and 5,000
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
here=$top/tests/archive
sources=50 pairs=5000
[ "${1-}" != --ci ] || { sources=10 pairs=500 && shift; }
preset=${1:-release}

"$top/fixtures/need" build test archive
(cd "$top" && cmake --preset "$preset" >/dev/null &&
    cmake --build --preset "$preset" --target buildd-master archive_rules)
rules=$top/build/$preset/tests/archive/archive_rules
compare() { /usr/bin/python3 "$here/compare.py" "$@"; }

work=$(mktemp -d /tmp/buildd-archive-XXXXXX)
chmod 755 "$work"
# shellcheck disable=SC2317  # the trap calls it
clean_up() {
    trap - EXIT INT TERM
    "$top/fixtures/private-postgres" stop "$work/pg"
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# apt with lists and sources of its own; proxies and keys are the machine's.
mkdir -p "$work"/{lists/partial,cache/archives/partial,parts,fetched}
apt_options=(-o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o Dir::Etc::SourceList=/dev/null
    -o "Dir::Etc::SourceParts=$work/parts" -o Acquire::Languages=none -o APT::Sandbox::User=)
list='' parts=''
eval "$(apt-config shell list Dir::Etc::SourceList/f parts Dir::Etc::SourceParts/d)"

# The Sources indexes of one of the machine's files of sources, if it has them.
fetch_indexes() {
    rm -f "$work"/parts/*
    sed -E 's/^deb(-src)? /deb-src /; s/^Types:.*/Types: deb-src/' "$1" >"$work/parts/machine.${1##*.}"
    apt-get "${apt_options[@]}" update -qq || return 1
    apt-get "${apt_options[@]}" indextargets --format "\$(FILENAME)" 'Created-By: Sources' |
        while read -r file; do [ ! -e "$file" ] || /usr/lib/apt/apt-helper cat-file "$file"; done >"$work/Sources"
    [ "$(grep -c '^Package: ' "$work/Sources")" -ge 1000 ]
}
found=''
for file in "$list" "${parts%/}"/*.{list,sources}; do
    [ -s "$file" ] || continue
    if fetch_indexes "$file"; then found=$file; break; fi
done
[ -n "$found" ] || { echo "archive: no file of apt's sources leads to Debian's sources" >&2; exit 77; }
echo "$(grep -c '^Package: ' "$work/Sources") sources in the indexes that $found leads to"

failed=0
compare architectures "$rules" "$work/Sources" || failed=1
compare versions "$rules" "$work/Sources" "$pairs" || failed=1

# A mirror may lack files of what it lists: as many candidates as it takes.
fetch_source() {
    (cd "$work/one" && apt-get "${apt_options[@]}" source -qq --download-only "$1" >/dev/null 2>&1)
}
compare pick "$work/Sources" "$((sources * 20))" >"$work/picked"
fetched=0
while [ "$fetched" -lt "$sources" ] && read -r source; do
    rm -rf "$work/one" && mkdir "$work/one"
    fetch_source "$source" || continue
    mv "$work"/one/* "$work/fetched/"
    fetched=$((fetched + 1))
done <"$work/picked"
[ "$fetched" -eq "$sources" ] || { echo "archive: only $fetched sources could be fetched" >&2; exit 77; }

conninfo=$("$top/fixtures/private-postgres" start "$work/pg")
mkdir "$work/root"
cat >"$work/buildd-master.conf" <<CONF
database = $conninfo
root = $work/root
librarian_url = http://librarian.example.org
uploader = /bin/false
CONF
bm() { "$top/build/$preset/buildd-master" --config "$work/buildd-master.conf" "$@"; }
bm db init
bm series add debian/real --status DEVELOPMENT
bm arch add debian/real/amd64 --family x86 --nominated
bm archive add debian primary --purpose PRIMARY --url http://archive.example.org/debian
bm source import --archive debian/primary --series real "$work"/fetched/*.dsc | tail -n 3
psql -AtqX "$conninfo" >"$work/rows" <<'SQL'
SELECT json_build_object('name', spn.name, 'version', spr.version, 'hints', architecturehintlist,
    'depends', builddepends, 'indep', builddependsindep, 'component', component.name, 'files',
    (SELECT json_object_agg(filename, json_build_array(filesize, md5, sha256))
        FROM sourcepackagereleasefile JOIN libraryfilealias a ON a.id = libraryfile
            JOIN libraryfilecontent c ON c.id = a.content
        WHERE sourcepackagerelease = spr.id AND filename NOT LIKE '%.dsc'))
FROM sourcepackagerelease spr JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
    JOIN component ON component.id = spr.component;
SQL
compare imported "$work/rows" "$work"/fetched/*.dsc || failed=1
bm queue build
bm db check || failed=1
refresh() { "$here/refresh.sh" "$top/build/$preset/buildd-master" "$work" "$conninfo"; }
cp -r "$work/parts" "$work/machine"
if ! refresh; then  # the mirror may have changed between what apt fetched and what we did
    rm -rf "$work/parts" && mv "$work/machine" "$work/parts"
    refresh || failed=1
fi
exit $failed
