#!/bin/bash
# Uploads that never end, under the real cron: each `cycle` exits nevertheless, and its mail comes.
#   run.sh [--minutes N]     60 by default; --ci: 4. As root, since cron runs in a mount namespace of its own.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
minutes=60
case ${1-} in
    --minutes) minutes=$2 ;;
    --ci) minutes=4 ;;
    "") ;;
    *) echo "usage: tests/cron/run.sh [--minutes N | --ci]" >&2; exit 64 ;;
esac
[ "$(id -u)" -eq 0 ] || { echo "cron: this test needs root" >&2; exit 64; }
"$top/fixtures/need" build demo cron
preset=${PRESET:-release}
[ -n "${PRESET-}" ] || (cd "$top" && cmake --preset release >/dev/null &&
    cmake --build --preset release --target buildd-master fleet)
program=$top/build/$preset/buildd-master

work=$(mktemp -d /tmp/buildd-cron-XXXXXX)
chmod 755 "$work"
mkdir -p "$work"/{root/librarian,etc,spool,mails,sbin,overlay,fleet}
fleet_pid='' cron_pid=''
# shellcheck disable=SC2317  # the trap calls it
clean_up() {
    trap - EXIT INT TERM
    for pid in $cron_pid $fleet_pid; do kill "$pid" 2>/dev/null || true; done
    # What is uploaded still would outlive the farm.
    for child in "$work"/root/children/*/child; do
        [ ! -e "$child" ] || pkill -KILL -f -- "$work/uploader" || true
    done
    "$top/fixtures/private-postgres" stop "$work/pg"
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

conninfo=$("$top/fixtures/private-postgres" start "$work/pg")
arch=amd64
"$top/build/$preset/fleet" --ready "$work/ready" "builder bob arch=$arch count=20" \
    "* outcome OK after=1000 result-files=1x5000" >"$work/fleet.log" 2>&1 &
fleet_pid=$!
for _ in $(seq 100); do
    [ -s "$work/ready" ] && break
    sleep 0.1
done
# It hangs for ever, prints, and ends only by its deadline.
cat >"$work/uploader" <<'SH'
#!/bin/sh
while :; do echo "still at work"; sleep 1; done
SH
chmod 755 "$work/uploader"
cat >"$work/buildd-master.conf" <<CONF
database = $conninfo
root = $work/root
librarian_url = http://librarian.example.org
uploader = $work/uploader
uploader_timeout = 150 s
send_build_notification = false
CONF
bm() { "$program" --config "$work/buildd-master.conf" "$@"; }
bm db init >/dev/null
{
    cat "$top/tests/bench/farm.sql"
    cat <<SQL
SELECT pg_temp.sources($((minutes * 40)));
INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, archive)
    SELECT i, 1, 1, 'NEEDSBUILD', i, 1 FROM generate_series(1, $((minutes * 40))) i;
INSERT INTO buildqueue (build, architecturetag, trusted) SELECT id, '$arch', true FROM build;
SQL
} | psql -qX -v ON_ERROR_STOP=1 "$conninfo" >/dev/null
while read -r name url; do bm builder add "$name" "$url" --arch "$arch" >/dev/null; done \
    < <(sed -n 's/^builder \([a-z0-9]*\) /\1 /p' "$work/ready")

# cron's own folders and a mail program that keeps what it is given, seen by this cron alone.
cat >"$work/sendmail" <<SH
#!/bin/sh
exec cat >"$work/mails/\$(date +%s%N)"
SH
chmod 755 "$work/sendmail"
cat >"$work/pass" <<SH
#!/bin/sh
started=\$(date +%s)
"$program" --config "$work/buildd-master.conf" cycle -v
echo "ended with \$? after \$((\$(date +%s) - started)) s"
SH
chmod 755 "$work/pass"
printf 'SHELL=/bin/sh\nMAILTO=root\n* * * * * root %s\n' "$work/pass" >"$work/etc/farm"
# shellcheck disable=SC2016  # the inner shell expands it
unshare --mount --propagation private sh -ec '
    work=$1
    mount -t overlay overlay -o "lowerdir=/usr/sbin,upperdir=$work/sbin,workdir=$work/overlay" /usr/sbin
    cp "$work/sendmail" /usr/sbin/sendmail
    mount --bind "$work/etc" /etc/cron.d
    mkdir -p "$work/spool/crontabs"
    mount --bind "$work/spool" /var/spool/cron
    : >"$work/crontab"
    mount --bind "$work/crontab" /etc/crontab
    mount -t tmpfs tmpfs /run
    exec cron -f' sh "$work" &
cron_pid=$!

echo "cron runs a cycle every minute for $minutes minutes; every upload hangs for 150 s"
sleep "$((minutes * 60 - $(date +%s) % 60 + 30))"
mv "$work/etc/farm" "$work/farm"  # no further ones
# Those under way may wait for the leaves that they gathered: until the last of these meets its deadline.
for _ in $(seq 240); do
    [ -n "$(pgrep -f "^/bin/sh $work/pass" || true)" ] || break
    sleep 1
done
sleep 2
kill "$cron_pid" 2>/dev/null || true

passes=$(psql -AtX "$conninfo" -c "SELECT count(*) FROM pass WHERE command = 'cycle' AND finished IS NOT NULL")
mails=$(find "$work/mails" -type f | wc -l)
ends=$(cat "$work"/mails/* | grep -oE '^ended with [0-9]+' | sort | uniq -c | tr -s ' \n' ' ')
longest=$(cat "$work"/mails/* | sed -n 's/.* after \([0-9]*\) s$/\1/p' | sort -n | tail -n 1)
left=$(pgrep -f "^/bin/sh $work/pass" | wc -l || true)
results=$(psql -AtX "$conninfo" -c "SELECT count(*) FROM buildattempt")
echo "$passes passes, $mails mails; cycles:$ends, the longest of $longest s; $left still running;" \
    "$results results gathered"
if [ "$passes" -lt "$minutes" ] || [ "$mails" -lt "$minutes" ] || [ "$left" -ne 0 ] ||
    grep -qE '^ended with ([2-9]|1[0-9])' "$work"/mails/*; then
    echo "cron: a cycle did not run, did not end, ended with more than 1, or its mail did not come" >&2
    cat "$work"/mails/* | grep -E '^(ERROR|CRITICAL)' | sed 's/[0-9]\+/N/g' | sort | uniq -c >&2 || true
    exit 1
fi
