# shellcheck shell=bash disable=SC2154
# What the machine goes through after the guide. Sourced by run.sh.

# One of the sources takes its time to build.
make_sources() {
    cp -R "$top/fixtures/packages" "$work/packages"
    sed -i '/^build-arch:/a\\tsleep 41.5' "$work/packages/needs-hello/debian/rules"
    "$work/packages/make-sources" "$machine/srv/sources"
}
make_chroot() {
    # The simulator fetches it and builds without.
    mkdir "$work/chroot-autobuild"
    tar -C "$work" -czf "$machine/tmp/chroot.tar.gz" chroot-autobuild
    mv "$machine/tmp/chroot.tar.gz" "$machine/srv/chroot-$suite-amd64.tar.gz"
}

farm() { inside su -s /bin/bash - buildd-master -c "$*" </dev/null; }
# Passes that have ended.
passes() {
    inside su -s /bin/bash - buildd-master -c 'psql -At buildd' \
        <<<"SELECT count(*) FROM pass WHERE command LIKE 'cycle%' AND finished IS NOT NULL"
}
passes_reach() { [ "$(passes)" -ge "$1" ]; }
journal() { inside journalctl --quiet --no-pager --output=cat --unit='buildd-master*' "$@"; }
# is_build SOURCE STATE
is_build() { farm "buildd-master build list --source $1" | grep -qw "$2"; }
is_publishing() { inside pgrep --full 'sleep 75' >/dev/null; }
is_inactive() { ! inside systemctl is-active --quiet "$@"; }
is_active() { inside systemctl is-active --quiet "$@"; }
fleet_says() { outside curl -sS -d "$1" "$(awk '/control/{print $2}' "$work/ready")" >/dev/null; }
show_what_happened() {
    journal --lines=60
    inside systemctl list-timers --all 'buildd-*' --no-pager
    inside systemctl --failed --no-pager
    tail -n 5 "$work/console"
}

import() {
    farm "buildd-master source import --archive debian/primary --series $suite --creator joe /srv/sources/$1_*.dsc"
    farm "buildd-master queue build"
}

security_stays() {
    local unit figure
    for unit in buildd-master buildd-master-work buildd-master-queue buildd-master-status; do
        figure=$(inside systemd-analyze security --no-pager "$unit.service" |
            sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p')
        echo "$unit.service: exposure $figure"
        holds "it is as hardened as it was" \
            test "$(printf '%s\n1.8\n' "$figure" | sort -g | tail -n 1)" = 1.8
    done
}
is_served() { outside curl -fsS http://librarian.example.org/status/ | grep -q FULLYBUILT; }
page_is_served() { await 70 is_served; }

reboot_in_a_build() {
    import needs-hello
    await 100 pgrep --full --exact 'sleep 41\.5' >/dev/null
    holds "a build is under way" is_build needs-hello BUILDING
    reboot_machine
    # publish_command takes its time from now on.
    inside sed -i '2i[ ! -e /srv/slow ] || sleep 75' /usr/local/bin/publish
    inside touch /srv/slow
    await 200 is_publishing
    holds "a build goes on while its master boots" is_build needs-hello UPLOADING
}
reboot_in_an_upload() {
    reboot_machine
    await 200 is_build needs-hello FULLYBUILT
    holds "a reboot in an upload loses nothing" \
        farm "reprepro --basedir /srv/archive/primary list $suite | grep needs-hello"
}
upgrade_in_an_upload() {
    local before
    import ppa-tool
    await 200 is_publishing
    before=$(passes)
    inside sh -c 'apt-get install -y --reinstall /root/buildd-master_*.deb' >/dev/null 2>&1
    holds "an upgrade leaves the timers on" is_active buildd-master.timer buildd-master-work.timer
    await 80 passes_reach $((before + 1))
    holds "passes go on beside a long publish_command" is_publishing
    await 200 is_build ppa-tool FULLYBUILT
    holds "an upgrade in an upload loses nothing" \
        farm "reprepro --basedir /srv/archive/primary list $suite | grep ppa-tool"
    inside rm /srv/slow
}
is_in_a_pass() { [ "$(inside systemctl show -P ActiveState buildd-master.service)" = activating ]; }
stop_in_a_pass() {
    fleet_says 'bob latency status 15000'
    await 130 is_in_a_pass
    inside systemctl stop buildd-master.service
    fleet_says 'bob latency status 0'
    holds "a pass that is stopped is no failure" \
        test "$(inside systemctl show -P Result buildd-master.service)" = success
}
root_passes() {
    inside buildd-master cycle >/dev/null || true
    holds "a pass run by root leaves nothing of root's" \
        test -z "$(inside find /var/lib/buildd-master -user root)"
}
many_cycles() {
    local before
    before=$(passes)
    await $((cycles * 20 + 60)) passes_reach $((before + cycles))
    holds "$cycles cycles ran by the timer" true
}
nothing_is_said() {
    local loud
    # Of the units and of systemd about them; Debian's systemd says at warning that a unit of
    # KillMode=process leaves processes when the machine goes down, which is what it is for.
    loud=$(journal --priority=warning | grep -vE 'left-over process|KillMode=' || true)
    echo "$loud"
    holds "nothing above INFO is in the journal" test -z "$loud"
    holds "no unit has failed" test -z "$(inside systemctl list-units --failed --plain --no-legend 'buildd-*')"
}
monitoring_is_content() { holds "status --check is content" farm "buildd-master status --check"; }
remove_and_install() {
    local before
    inside apt-get remove -y buildd-master >/dev/null 2>&1
    holds "results stay when the package is removed" \
        inside test -d /var/lib/buildd-master/librarian
    holds "no timer runs without the package" is_inactive buildd-master.timer buildd-master-work.timer
    inside sh -c 'apt-get install -y /root/buildd-master_*.deb' >/dev/null 2>&1
    holds "timers run after removal and installation" is_active buildd-master.timer \
        buildd-master-work.timer buildd-master-queue.timer buildd-master-status.timer
    before=$(passes)
    await 80 passes_reach $((before + 1))
}
purge() {
    inside apt-get purge -y buildd-master >/dev/null 2>&1
    holds "purge leaves no dangling link" \
        test -z "$(inside find /etc /usr/lib/systemd -xtype l -name 'buildd*')"
    holds "purge leaves no unit" \
        test -z "$(inside systemctl list-units --all --plain --no-legend 'buildd-*')"
}

# STEPS chooses some of them.
all_steps() {
    local step
    for step in ${STEPS:-security_stays page_is_served reboot_in_a_build reboot_in_an_upload \
        upgrade_in_an_upload stop_in_a_pass root_passes many_cycles nothing_is_said \
        monitoring_is_content remove_and_install purge}; do
        say "$suite: ${step//_/ }"
        "$step"
    done
}
