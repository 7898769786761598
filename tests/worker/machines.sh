# shellcheck shell=bash disable=SC2154
# The machines of a farm: Debians in folders, booted with their own systemd, in a network of their own,
# where http://mirror.example.org is Debian's archive (mirror.py) and workers are real launchpad-buildds.
# Sourced by run.sh and tests/first-hour/run.sh after tests/deploy/machine.sh; they set: top, cache,
# work (a temporary folder), suite.

# Why no real worker can be set up here; nothing: one can. LAUNCHPAD_BUILDD: a checkout, or a git folder.
no_worker() {
    [ -n "${LAUNCHPAD_BUILDD-}" ] || { echo "LAUNCHPAD_BUILDD names no checkout of launchpad-buildd"; return; }
    git -C "$LAUNCHPAD_BUILDD" cat-file -e HEAD:lpbuildd/buildd.tac 2>/dev/null ||
        { echo "$LAUNCHPAD_BUILDD is no git checkout of launchpad-buildd"; return; }
    no_boot
}

declare -A address=([master]=192.0.2.2 [bob]=192.0.2.3 [alice]=192.0.2.4 [eve]=192.0.2.5)
network='' archive=''

hosts() {
    local name
    echo '127.0.0.1 localhost'
    echo '192.0.2.1 mirror.example.org'
    for name in "${!address[@]}"; do echo "${address[$name]} $name.example.org $name"; done
    echo "${address[master]} librarian.example.org archive.example.org"
}

# What is in it: `outside` a machine, 192.0.2.1, and machines.
make_farm() {
    hosts >"$work/hosts"
    # shellcheck disable=SC2016  # the inner shell expands
    unshare --net --mount sh -ec 'ip link set lo up
        ip link add farm type bridge && ip addr add 192.0.2.1/24 dev farm && ip link set farm up
        mount --bind "$1" /etc/hosts && touch "$2" && exec sleep infinity' sh "$work/hosts" "$work/network" &
    network=$!
    await 10 test -e "$work/network"
    /usr/bin/python3 "$top/tests/worker/mirror.py" "$network" 192.0.2.1 "$(mirror)" "$cache/pool" "$work/archive" &
    archive=$!
    await 10 test -e "$work/archive"
}

# new_machine NAME TARBALL: a folder to boot from.
new_machine() {
    mkdir "$work/$1"
    tar -C "$work/$1" -xpf "$2"
    echo "$1" >"$work/$1/etc/hostname"
    cp "$work/hosts" "$work/$1/etc/hosts"
    : >"$work/$1/etc/resolv.conf"
}

boot_machine() {
    nsenter --net="/proc/$network/ns/net" systemd-nspawn --quiet --register=no --keep-unit --boot \
        --directory="$work/$1" --machine="$1-$$" --hostname="$1" --network-bridge=farm \
        --bind-ro="$(readlink -f "$LAUNCHPAD_BUILDD"):/srv/launchpad-buildd" \
        --console=passive --resolv-conf=off --timezone=off >>"$work/$1.console" 2>&1 </dev/null &
    echo $! >"$work/$1.pid"
    await 60 runs "$1"
    in_network_of "$1" ip link set host0 up
    in_network_of "$1" ip addr add "${address[$1]}/24" dev host0
}
init_of() { pgrep --parent "$(<"$work/$1.pid")"; }
in_network_of() { nsenter --net --target "$(init_of "$1")" -- "${@:2}"; }
runs() { on "$1" systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'; }
# on MACHINE command…
on() {
    nsenter --all --target "$(init_of "$1")" -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "${@:2}" </dev/null
}
# Has a worker results to be taken in? It is asked on its own machine: the firewall lets nobody else.
is_waiting() {
    on "$1" /usr/bin/python3 -c 'import xmlrpc.client
print(xmlrpc.client.ServerProxy("http://localhost:8221/rpc").status()["builder_status"])' | grep WAITING >/dev/null
}
# As pulling its plug does.
stop_machine() {
    kill -KILL "$(init_of "$1")"
    await 20 is_gone "$(<"$work/$1.pid")"
    rm "$work/$1.pid"
}
is_gone() { ! kill -0 "$1" 2>/dev/null; }
stop_farm() {
    local name process
    for name in "${!address[@]}"; do [ ! -e "$work/$name.pid" ] || stop_machine "$name" || true; done
    for process in "$archive" "$network"; do [ -z "$process" ] || kill "$process" || true; done
    wait
}

# A Debian that has what any machine has, made once and kept.
make_base() {
    [ -e "$cache/$suite-base.tar" ] ||
        mmdebstrap --quiet --variant=apt --dpkgopt='path-exclude=/usr/share/man/*' \
            --include=systemd,systemd-sysv,dbus,adduser,procps,sudo,apt-utils \
            --customize-hook='rm -f "$1"/etc/apt/sources.list.d/*
                echo "deb http://mirror.example.org/debian '"$suite"' main" >"$1/etc/apt/sources.list"
                printf "APT::Install-Recommends \"false\";\n" >"$1/etc/apt/apt.conf.d/90minimal"' \
            "$suite" "$cache/$suite-base.tar" "$(mirror)"
}

# sources COUNT FOLDER: so many small ones of Debian's; their names stand in $names.
sources() {
    mkdir -p "$2"
    names=$(outside /usr/bin/python3 "$top/tests/worker/sources.py" http://mirror.example.org/debian "$suite" \
        "$2" "$1" sl ed bc time figlet hostname cowsay pv hello tofrodos bsdgames)
}

# The commands of buildd-master-guide(7) from one heading to another, as they are typed: `$ …`, `# …`,
# `bob# …`, with the lines that go on.
guide() {
    sed -n "/^\.S[hs] $1\$/,/^\.S[hs] $2\$/p" "$top/man/buildd-master-guide.7" |
        sed -nE '/^\.Bd -literal/,/^\.Ed/{/^\.(Bd|Ed)/!p}; s/^\.Dl //p' | sed 's/\\e/\\/g; s/\\&//g'
}
# type_guide FROM TO [SED]: each command on the machine of its prompt; one that fails ends the test.
type_guide() {
    local waits_for='' command='' line
    while IFS= read -r line <&3; do
        [ -n "$command" ] || [[ $line =~ ^([a-z]*\#|\$)\  ]] || continue
        command+=${command:+$'\n'}$line
        [ -z "$waits_for" ] || [ "$line" = "$waits_for" ] || continue
        waits_for=
        case $line in
            *'<<END' | *"<<'END'") waits_for=END ;;
            *\\) ;;
            *) type_command "$command"; command= ;;
        esac
    done 3< <(guide "$1" "$2" | sed "${3-}")
}
type_command() {
    echo "$1"
    case $1 in
        '$ '*) on master su -s /bin/bash - buildd-master -c "${1#??}" ;;
        '# '*) on master sh -c "cd /root; ${1#??}" ;;
        *) on "${1%%#*}" sh -c "cd /root; ${1#*# }" ;;
    esac 2>&1 || { echo "[exit status $?]"; return 1; }
}

# Where the guide clones launchpad-buildd from.
give_checkout() {
    on "$1" apt-get update -qq
    on "$1" sh -c 'apt-get install -y git >/dev/null 2>&1
        git config --system url.file:///srv/launchpad-buildd.insteadOf https://git.launchpad.net/launchpad-buildd
        git config --system --add safe.directory "*"'
}
# A worker of that name, set up as the guide tells.
make_worker() {
    give_checkout "$1"
    type_guide 'The builder' 'The first build' '/^[$#] /d; s/^bob#/'"$1#/"
}
