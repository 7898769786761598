# shellcheck shell=bash disable=SC2034,SC2154
# The cases of run.sh; each says in $outcome what came of it.

log_has() { bm build log "$1" | grep -- "$2" >/dev/null; }

real_sources() {
    sources 5 "$work/debian"
    import "$work"/debian/*.dsc
    # shellcheck disable=SC2086  # names are words
    becomes 1200 FULLYBUILT $names
    outcome="$names: FULLYBUILT"
}
packagefail() {
    import "$work"/sources/broken-farm_*.dsc
    becomes 300 FAILEDTOBUILD broken-farm
    holds "its log is kept" log_has broken-farm 'this package is broken on purpose'
    outcome='FAILEDTOBUILD, its log kept'
}
depfail() {
    import "$work"/sources/needs-hello_*.dsc
    becomes 300 MANUALDEPWAIT needs-hello
    import "$work"/sources/hello-farm_*.dsc
    becomes 600 FULLYBUILT hello-farm needs-hello
    outcome='MANUALDEPWAIT, FULLYBUILT once what it needs was published'
}
chrootfail() {
    mkdir -p "$work/broken/chroot-autobuild/etc"
    tar -C "$work/broken" -czf "$work/broken.tar.gz" chroot-autobuild
    bm chroot set "debian/$suite/amd64" "$work/broken.tar.gz" 2>&1 | grep 'no dpkg' >/dev/null
    import "$work"/sources/ppa-tool_*.dsc
    becomes 300 CHROOTWAIT ppa-tool
    bm chroot set "debian/$suite/amd64" "$chroot"
    bm build retry --state CHROOTWAIT --arch amd64
    becomes 300 FULLYBUILT ppa-tool
    outcome='CHROOTWAIT, FULLYBUILT with a sound chroot'
}
# sbuild-package looks at its .sbuildrc first: one that perl cannot read is BUILDERFAIL.
builderfail() {
    bm builder disable alice
    on bob sh -c 'echo "(" >/home/buildd/broken && ln -sf broken /home/buildd/.sbuildrc'
    import "$work"/sources/slow-fail_*.dsc
    until bm builder show bob | grep failed >/dev/null; do pass; sleep 2; [ $SECONDS -lt 300 ]; done
    holds "the build is not blamed" is_build slow-fail NEEDSBUILD
    on bob ln -sf /usr/share/launchpad-buildd/sbuildrc /home/buildd/.sbuildrc
    bm builder enable bob
    bm builder enable alice
    becomes 400 FULLYBUILT slow-fail
    outcome='builder failed, the build NEEDSBUILD, FULLYBUILT once it was mended'
}
worker_killed() {
    import "$work"/sources/slow-kill_*.dsc
    becomes 300 BUILDING slow-kill
    local builder
    builder=$(builder_of slow-kill)
    on "$builder" systemctl kill --kill-whom=main --signal=KILL launchpad-buildd@default
    on "$builder" systemctl start launchpad-buildd@default
    becomes 600 FULLYBUILT slow-kill
    outcome='built again: FULLYBUILT'
}
cancel() {
    import "$work"/sources/slow-cancel_*.dsc
    becomes 300 BUILDING slow-cancel
    sleep 10
    bm build cancel slow-cancel
    becomes 100 CANCELLED slow-cancel
    outcome='CANCELLED'
}
worker_stopped() {
    import "$work"/sources/slow-stop_*.dsc
    becomes 300 BUILDING slow-stop
    local builder end=$((SECONDS + 60))
    builder=$(builder_of slow-stop)
    on "$builder" systemctl kill --kill-whom=main --signal=STOP launchpad-buildd@default
    while [ $SECONDS -lt $end ]; do pass; sleep 5; done
    on "$builder" systemctl kill --kill-whom=main --signal=CONT launchpad-buildd@default
    becomes 400 FULLYBUILT slow-stop
    outcome='SIGSTOP for a minute: FULLYBUILT'
}
# Killed a little later in each pass, until one gets through.
master_killed() {
    import "$work"/sources/slow-gather_*.dsc
    becomes 300 BUILDING slow-gather
    local builder kills=0
    builder=$(builder_of slow-gather)
    until is_waiting "$builder"; do sleep 1; done
    while ! is_build slow-gather FULLYBUILT && [ $kills -lt 60 ]; do
        kills=$((kills + 1))
        outside timeout --signal=KILL "0.$(printf %03d $((kills * 12)))" \
            "$top/build/release/buildd-master" --config "$work/buildd-master.conf" cycle >/dev/null 2>&1 || true
    done
    becomes 200 FULLYBUILT slow-gather
    outcome="killed in $kills passes: FULLYBUILT"
}
ppa() {
    on eve touch /root/left-behind
    import --ppa "$work"/sources/hello-farm_*.dsc
    until bm build list --archive debian/ppa | grep -w FULLYBUILT >/dev/null; do
        pass; sleep 2; [ $SECONDS -lt 600 ]
    done
    holds "eve was reset before it" eval '! on eve test -e /root/left-behind'
    outcome='FULLYBUILT on an untrusted worker that was reset before'
}
private() {
    local requests
    import --secret "$work"/sources/ppa-tool_*.dsc
    until bm build list --archive debian/secret | grep -w FULLYBUILT >/dev/null; do
        pass; sleep 2; [ $SECONDS -lt 600 ]
    done
    requests=$(grep -c ' /restricted/[^ ]*\.dsc.* 200 ' "$work/requests")
    holds "the worker fetched it" test "$requests" -ge 1
    outcome="FULLYBUILT, its source fetched by a URL that expires"
}
