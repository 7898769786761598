# shellcheck shell=bash disable=SC2154
# A Debian in a folder, booted with its own systemd, in a network that has nothing but loopback.
# Sourced by run.sh, which sets: top, cache (build/deploy), suite, work (a temporary folder).

# Where this machine's apt gets its own Debian from; MIRROR overrides.
mirror() {
    local codename
    # shellcheck source=/dev/null
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    # shellcheck disable=SC2016  # apt expands
    [ -n "${MIRROR-}" ] || MIRROR=$(apt-get indextargets --format '$(RELEASE) $(SITE)' \
        'Created-By: Packages' | sed -n "s/^$codename //p" | head -n 1)
    [ -n "$MIRROR" ] || { echo "run.sh: apt knows no Debian mirror: set MIRROR" >&2; return 64; }
    echo "$MIRROR"
}

# Why no machine can be booted here; nothing: one can.
no_boot() {
    [ "$(id -u)" -eq 0 ] || { echo "only root can"; return; }
    unshare --net --mount --pid --fork true 2>/dev/null || { echo "no namespaces"; return; }
    [ -w /sys/fs/cgroup ] || echo "no control groups that can be written"
}

packages() {
    echo systemd systemd-sysv dbus init-system-helpers adduser iproute2 procps \
        postgresql nginx apache2-utils reprepro logrotate
    "$top/fixtures/need" list build package
}

# Everything that the guide has apt install is there: the machine has no network to get it from.
# Made once and kept.
make_root() {
    local list
    list=$(packages | tr -s ' \n' ',,' | sed 's/,$//')
    if [ "$(cat "$cache/$suite.packages" 2>/dev/null)" != "$list" ]; then
        mmdebstrap --quiet --variant=apt --include="$list" \
            --dpkgopt='path-exclude=/usr/share/man/*' "$suite" "$cache/$suite.tar" "$(mirror)"
        echo "$list" >"$cache/$suite.packages"
    fi
    mkdir "$machine"
    tar -C "$machine" -xpf "$cache/$suite.tar"
    : >"$machine/etc/apt/sources.list"
    echo master >"$machine/etc/hostname"
    echo "$hosts" >"$machine/etc/hosts"
}

# The package for that suite: this machine's, or built in the root, whose libraries it then has.
make_package() {
    local build=$top/build/${PRESET:-release}
    # shellcheck source=/dev/null
    if [ "$(. /etc/os-release && echo "$VERSION_CODENAME")" != "$suite" ]; then
        build=$cache/$suite-build
        mkdir -p "$build"
        systemd-nspawn --quiet --register=no --keep-unit --console=pipe -D "$machine" \
            --bind-ro="$top:/src" --bind="$build:/build" sh -ec '
            cmake -S /src -B /build -G Ninja -DCMAKE_BUILD_TYPE=Release \
                -DCMAKE_CXX_FLAGS_RELEASE="-O1 -DNDEBUG" -DBUILDD_TESTS=OFF >/dev/null
            rm -f /build/*.deb
            ninja -C /build buildd-master pages >/dev/null
            cd /build && cpack >/dev/null'
    else
        (cd "$build" && rm -f ./*.deb && ninja buildd-master pages >/dev/null && cpack >/dev/null)
    fi
    cp "$build"/buildd-master_*.deb "$machine/root"
}

# The network, with the names that the guide uses, for the machine and for what is outside it: the
# builder and the mail server do not go down with it.
make_network() {
    echo "$hosts" >"$work/hosts"
    # shellcheck disable=SC2016  # the inner shell expands
    unshare --net --mount sh -c 'ip link set lo up && mount --bind "$1" /etc/hosts &&
        touch "$2" && exec sleep infinity' sh "$work/hosts" "$work/network" &
    network=$!
    await 10 test -e "$work/network"
}
outside() { nsenter --net --mount --target "$network" -- "$@"; }

boot() {
    nsenter --net="/proc/$network/ns/net" systemd-nspawn --quiet --register=no --keep-unit --boot \
        --directory="$machine" --machine="master-$$" --hostname=master --console=passive \
        --resolv-conf=off >>"$work/console" 2>&1 </dev/null &
    booted=$!
    await 60 is_up
}
# The machine's process 1.
init() { pgrep --parent "$booted"; }
is_up() { inside systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'; }
inside() {
    nsenter --all --target "$(init)" -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}
# systemd-nspawn ends with the machine, and would boot it again only with a /run of its own.
reboot_machine() {
    inside systemctl reboot
    await 90 is_down
    boot
}
is_down() { ! kill -0 "$booted" 2>/dev/null; }

say() { printf '\n== %s\n' "$*"; }
# Says what must hold, and whether it does.
holds() {
    local what=$1
    shift
    if "$@"; then echo "ok: $what"; else
        echo "NOT SO: $what" >&2
        exit 1
    fi
}
# Until it is true, for so many seconds.
await() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || { echo "waited in vain for: $*" >&2; return 1; }
        sleep 0.5
    done
}
