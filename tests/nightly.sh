#!/bin/bash
# What .ci/run has no time for. Run once a day, and before a release.
#   tests/nightly.sh [--ci] [STEP…]      all of them, or some:
#     tidy      clang-tidy over all of lib and cmd
#     tsan      the tests that use threads under ThreadSanitizer
#     clang     everything compiled by clang, and its tests
#     coverage  what the tests reach, with its bounds
#     package   two builds of the Debian package, byte by byte the same
#     trixie    Debian 13 (g++ 14, Catch2 3, PostgreSQL 17): everything, its tests, the package; as root
# --ci: clang and trixie test the modules alone, not the whole program. What a step prints lies in
# build/nightly; at the end a line for each, and exit status 1 if one failed.
# shellcheck disable=SC1091,SC2016,SC2034,SC2317  # machine.sh uses what is set here; steps are called by name
set -euo pipefail
cd "$(dirname "$0")/.."
top=$PWD cache=$PWD/build/nightly suite=trixie
. tests/deploy/machine.sh

tests=(-E '^lint$')
[ "${1-}" != --ci ] || { tests=(-R '^(base|policy|xmlrpc|net|supervise|worker|db|librarian|upload|mail|farm):'); shift; }
[ $# -gt 0 ] || set -- tidy tsan clang coverage package trixie
mkdir -p "$cache"
work=$(mktemp -d "$cache/work-XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT

step_tidy() { tests/tidy --all; }
step_tsan() { tests/run.sh tsan --repeat until-pass:2; }
step_clang() { tests/run.sh clang --repeat until-pass:2 "${tests[@]}"; }
step_coverage() {
    fixtures/need build test coverage
    tests/coverage
}
step_package() { tests/package; }
step_trixie() {
    local why_not
    why_not=$(no_boot)
    [ -z "$why_not" ] || { echo "no root of Debian 13 can be used: $why_not"; return 77; }
    fixtures/need deploy
    machine=$work/trixie hosts='127.0.0.1 localhost'
    make_root
    mkdir -p "$cache/trixie"
    # With a network of its own, that has nothing but loopback.
    systemd-nspawn --quiet --register=no --keep-unit --console=pipe --as-pid2 --private-network \
        -D "$work/trixie" --bind-ro="$top:/src" --bind="$cache/trixie:/build" \
        --setenv=CMAKE_BUILD_PARALLEL_LEVEL="$(nproc)" \
        bash -euc 'cd /src
            cmake --preset dev -B /build/dev >/dev/null
            cmake --build /build/dev
            ctest --test-dir /build/dev --output-on-failure -j "$(nproc)" --repeat until-pass:2 "$@"
            cmake --preset release -B /build/release -DBUILDD_TESTS=OFF -DBUILDD_WERROR=ON >/dev/null
            cmake --build /build/release --target buildd-master pages
            rm -f /build/release/*.deb
            cd /build/release && cpack
            dpkg --install /build/release/*.deb
            buildd-master --version' bash "${tests[@]}"
}
# What building, tests and package need, in the root.
packages() { fixtures/need list build test package; }

failed=0 results=()
for step in "$@"; do
    [ "$(type -t "step_$step")" = function ] || { echo "nightly.sh: there is no step '$step'" >&2; exit 64; }
done
for step in "$@"; do
    began=$SECONDS status=0
    say "$step"
    "step_$step" >"$cache/$step.log" 2>&1 &  # beside `||` no `set -e` would count in it
    wait $! || status=$?
    case $status in
        0) result=passed ;;
        77) result="skipped: $(tail -n 1 "$cache/$step.log")" ;;
        *) result=FAILED failed=1; tail -n 40 "$cache/$step.log" ;;
    esac
    results+=("$step: $result, $((SECONDS - began)) s")
    echo "${results[-1]}"
done
say "all"
printf '%s\n' "${results[@]}"
exit $failed
