#!/bin/bash
# A new admin's first hour: Debian is put into an empty folder, the package is installed there, and what
# buildd-master-guide(7) says is typed as it stands (hour.txt). Prints all of it. As root, with a network.
#
# The worker is the simulator's, on this machine, and really builds; systemd does not run in there, so
# services are started by hand. Takes some minutes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
build=$top/build/${PRESET:-release}
mirror=${MIRROR:-http://deb.debian.org/debian}
suite=bookworm
[ "$(id -u)" -eq 0 ] || { echo "run.sh: only root can make a Debian in a folder" >&2; exit 64; }

"$top/fixtures/need" build demo package bootstrap
[ -n "${PRESET-}" ] || "$top/tests/package" >/dev/null

work=$(mktemp -d /var/tmp/buildd-first-hour-XXXXXX)
chmod 755 "$work"
machine=$work/machine
# shellcheck disable=SC2016  # the inner shell expands
inside() {
    unshare --uts sh -c 'hostname master; exec chroot "$@"' sh "$machine" \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}
# shellcheck disable=SC2317  # the trap calls it
clean_up() {
    [ -z "$fleet" ] || kill "$fleet" || true
    inside service nginx stop >/dev/null 2>&1 || true
    inside service postgresql stop >/dev/null 2>&1 || true
    for mounted in proc dev; do
        ! mountpoint -q "$machine/$mounted" || umount -R "$machine/$mounted" || return
    done
    rm -rf --one-file-system "$work"
}
fleet=
trap clean_up EXIT

debootstrap --variant=minbase --include=ca-certificates "$suite" "$machine" "$mirror" >/dev/null
mount -t proc proc "$machine/proc"
mount --rbind /dev "$machine/dev"
mount --make-rslave "$machine/dev"
hosts='127.0.0.1 localhost librarian.example.org archive.example.org bob.example.org'
echo "$hosts" | tee "$machine/etc/hosts" >"$work/hosts"
cp /etc/resolv.conf "$machine/etc/resolv.conf"
cp "$build"/buildd-master_*.deb "$machine/root"
"$top/fixtures/packages/make-sources" "$machine/tmp/sources"
# The worker's machine and the mail server.
mkdir "$work/mail"
# shellcheck disable=SC2016  # the inner shell expands
unshare --mount sh -c 'mount --bind "$1" /etc/hosts; shift; exec "$@"' sh "$work/hosts" \
    "$build/fleet" --ready "$work/ready" --work "$work/fleet" --smtp-port 25 --smtp-dir "$work/mail" \
    "builder bob arch=$(dpkg --print-architecture) mode=real port=8221" &
fleet=$!

type_in() {
    echo "$command"
    case $command in
        '$ '*) inside su -s /bin/bash - buildd-master -c "${command#??}" 2>&1 </dev/null ;;
        '# '*) inside sh -c "cd /root; ${command#??}" 2>&1 </dev/null ;;
    esac || echo "[exit status $?]"
}
# A command ends with its line, but for a here-document or a backslash.
waits_for='' command=''
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
