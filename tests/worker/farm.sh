# shellcheck shell=bash disable=SC2034,SC2154
# The master of run.sh, outside the machines, its archive and its sources.

background=''
slow='slow-fail slow-cancel slow-kill slow-stop slow-gather'

# A worker as the guide makes it, once for all, made again when guide or launchpad-buildd change.
make_worker_root() {
    local made_of
    made_of=$({ guide 'The builder' 'The first build'; git -C "$LAUNCHPAD_BUILDD" rev-parse HEAD; } | sha256sum)
    worker_root=$cache/$suite-worker-${made_of:0:12}.tar
    [ ! -e "$worker_root" ] || return 0
    new_machine bob "$cache/$suite-base.tar"
    boot_machine bob
    make_worker bob >"$work/bob.log" 2>&1 || { tail -n 30 "$work/bob.log"; return 1; }
    on bob apt-get clean
    stop_machine bob
    rm -f "$cache/$suite"-worker-*.tar
    tar -C "$work/bob" -cpf "$worker_root.new" . && mv "$worker_root.new" "$worker_root"
    rm -rf --one-file-system "$work/bob"
}

make_chroot() {
    local made_of
    made_of=$(sha256sum <"$top/cmd/install/make-chroot")
    chroot=$cache/$suite-chroot-${made_of:0:12}.tar.gz
    [ -e "$chroot" ] || outside "$top/cmd/install/make-chroot" "$suite" http://mirror.example.org/debian "$chroot"
}

# fixtures/packages, and some that take their time.
make_sources() {
    local name
    cp -R "$top/fixtures/packages" "$work/packages"
    for name in $slow; do
        cp -R "$work/packages/ppa-tool" "$work/packages/$name"
        mv "$work/packages/$name/ppa-tool" "$work/packages/$name/$name"
        sed -i "s/ppa-tool/$name/g" "$work/packages/$name"/debian/{rules,control,changelog}
        sed -i '/^build-arch:/a\\tsleep 45' "$work/packages/$name/debian/rules"
    done
    "$work/packages/make-sources" "$work/sources"
}

# Archive and librarian are served as http://archive.example.org and http://librarian.example.org.
make_master() {
    local archive=$work/www/archive
    conninfo=$("$top/fixtures/private-postgres" start "$work/pg")
    mkdir -p "$work/www" "$work/master"/{librarian,incoming} "$work/gnupg"
    chmod 700 "$work/gnupg"
    export GNUPGHOME=$work/gnupg
    gpg --batch --quiet --passphrase '' --quick-generate-key 'Archive of example.org' default default never
    gpg --armor --export >"$work/key.asc"
    for name in primary ppa secret; do
        mkdir -p "$archive/$name/conf"
        printf '%s\n' "Codename: $suite" 'Architectures: amd64' 'Components: main' 'UDebComponents: main' \
            'SignWith: yes' >"$archive/$name/conf/distributions"
        reprepro --silent --basedir "$archive/$name" export
    done
    echo "deb http://mirror.example.org/debian $suite main" >"$work/debian.list"
    printf '%s\n' '#!/bin/sh' "exec reprepro --basedir $archive/\$1 --waitforlock 30 -C main include \$2 \$3" \
        >"$work/publish"
    chmod 755 "$work/publish"
    printf '%s\n' '#!/bin/sh' "rm -f $work/reset.done && touch $work/reset.wanted" \
        "until [ -e $work/reset.done ]; do sleep 0.2; done" >"$work/reset"
    chmod 755 "$work/reset"
    cat >"$work/buildd-master.conf" <<CONF
database = $conninfo
root = $work/master
librarian_url = http://librarian.example.org
librarian_restricted_url = http://librarian.example.org/restricted
restricted_group = www-data
default_sender_address = buildd@example.org
publish_command = $work/publish %(archive)s %(suite)s %(changes)s
vm_resume_command = $work/reset %(vm_host)s
CONF
    outside ip addr add "${address[master]}/24" dev farm
    outside ip route replace 192.0.2.0/24 dev farm src "${address[master]}"
}
bm() { outside "$top/build/release/buildd-master" --config "$work/buildd-master.conf" "$@"; }

# By the nginx of the example, and of its user, who may not read what is private but by the group.
serve() {
    local kind
    sed -e "s,/var/lib/buildd-master,$work/master,; s,listen 80;,listen ${address[master]}:80;,; /listen \[/d; s,/var/log/nginx/access.log,$work/requests," \
        "$top/cmd/install/nginx.conf" >"$work/librarian.conf"
    {
        echo "user www-data; daemon off; pid $work/nginx.pid; error_log $work/nginx.errors; events { }"
        echo "http { access_log $work/requests;"
        for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $work/nginx-$kind;"; done
        echo "include $work/librarian.conf;"
        echo "server { listen ${address[master]}:80; server_name archive.example.org; root $work/www; } }"
    } >"$work/nginx.conf"
    outside nginx -e "$work/nginx.errors" -c "$work/nginx.conf" &
    background+=" $!"
}

# What vm_resume_command asks for: eve as it was when it was new.
begin_resets() {
    while sleep 0.3; do
        [ -e "$work/reset.wanted" ] || continue
        rm "$work/reset.wanted"
        stop_machine eve
        rm -rf --one-file-system "$work/eve"
        new_machine eve "$worker_root"
        boot_machine eve
        touch "$work/reset.done"
    done >"$work/resets" 2>&1 &
    background+=" $!"
}

set_up() {
    make_chroot
    bm db init
    bm config check
    serve
    bm person add joe --email joe@example.org
    bm series add "debian/$suite" --status DEVELOPMENT
    bm arch add "debian/$suite/amd64" --family x86 --nominated
    bm archive add debian/primary --purpose PRIMARY --url http://archive.example.org/archive/primary \
        --key "$work/key.asc" --external-lines "$work/debian.list"
    bm archive add debian/ppa --purpose PPA --owner joe --url http://archive.example.org/archive/ppa \
        --key "$work/key.asc" --external-lines "$work/debian.list"
    bm archive add debian/secret --purpose PPA --owner joe --private \
        --url http://archive.example.org/archive/secret --key "$work/key.asc" --external-lines "$work/debian.list"
    bm archive check  # finds that there is neither -security nor -updates
    bm chroot set "debian/$suite/amd64" "$chroot"
    bm builder add bob http://bob.example.org:8221/ --arch amd64
    bm builder add alice http://alice.example.org:8221/ --arch amd64
    bm builder add eve http://eve.example.org:8221/ --arch amd64 --untrusted --vm-host eve
}

import() {
    local archive=primary
    case $1 in --ppa | --secret) archive=${1#--}; shift ;; esac
    bm source import --archive "debian/$archive" --series "$suite" --creator joe "$@"
}
pass() { { bm queue build; bm cycle; } >>"$work/passes" 2>&1 || true; }
# is_build SOURCE STATE
is_build() { bm build list --source "$1" 2>/dev/null | grep -w "$2" >/dev/null; }
# becomes SECONDS STATE SOURCE…: passes go on until then.
becomes() {
    local end=$((SECONDS + $1)) state=$2 source
    shift 2
    for source in "$@"; do
        until is_build "$source" "$state"; do
            [ $SECONDS -lt $end ] || { echo "NOT SO: $source is $state" >&2; return 1; }
            pass
            sleep 2
        done
    done
}
builder_of() { bm build list --source "$1" | grep -owE 'bob|alice|eve' | head -n 1; }
show_what_happened() {
    tail -n 40 "$work/passes"
    bm build list
    bm builder list
    tail -n 3 "$work"/*.console
}
