#!/bin/bash
# Builds the fuzz targets and runs them one after the other.
#
#   run.sh [--seconds N | --executions N] [--jobs N] [TARGET …]     default: --seconds 60, one job
#
# Each starts from its corpus in fixtures/fuzz or the recorded answers in fixtures/wire, with the same
# seed each time; what it finds beyond that is kept in build/fuzz/found.
# An input that crashes a target, breaks its property or takes longer than 5 s ends the run with
# status 1 and lies in build/fuzz/crashes: it becomes an ordinary test.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build/fuzz

# No backtraces of allocations, a smaller quarantine: half as many seconds an execution.
export ASAN_OPTIONS=malloc_context_size=0:quarantine_size_mb=1
bound=-max_total_time=60 jobs=1 targets=()
while [ $# -gt 0 ]; do
    case $1 in
        --seconds) bound=-max_total_time=$2; shift ;;
        --executions) bound=-runs=$2; shift ;;
        --jobs) jobs=$2; shift ;;
        -*) echo "usage: run.sh [--seconds N | --executions N] [--jobs N] [TARGET …]" >&2; exit 64 ;;
        *) targets+=("$1") ;;
    esac
    shift
done
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(basename -s .cpp "$here"/*.cpp)

cmake -S "$here" -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ >/dev/null
cmake --build "$build" --target "${targets[@]}" -- -j2 >"$build/log" 2>&1 || { cat "$build/log" >&2; exit 1; }
mkdir -p "$build/crashes"

# Prints the target and its executions; fails when it found something.
run() {
    local target=$1 found=$build/found/$1 corpora=() words=(-seed=1) length=4096 status=0
    mkdir -p "$found"
    [ ! -d "$root/fixtures/fuzz/$target" ] || corpora+=("$root/fixtures/fuzz/$target")
    [ "$target" != relations ] || length=512  # longer lines are more of the same, and slow
    case $target in xmlrpc | status) corpora+=("$root/fixtures/wire") ;; esac
    [ ! -e "$here/$target.dict" ] || words+=(-dict="$here/$target.dict")
    "$build/$target" "$bound" -timeout=5 -max_len=$length -rss_limit_mb=1024 -print_final_stats=1 "${words[@]}" \
        -artifact_prefix="$build/crashes/$target-" "$found" "${corpora[@]}" \
        >"$build/$target.log" 2>&1 || status=$?
    [ $status -eq 0 ] || tail -n 40 "$build/$target.log" >&2
    sed -n "s/^stat::number_of_executed_units: */$target: /p" "$build/$target.log" |
        sed "s/\$/ executions, $([ $status -eq 0 ] && echo "nothing found" || echo "FAILED")/"
    return $status
}
export -f run
export here root build bound
printf '%s\n' "${targets[@]}" | xargs -P "$jobs" -I{} bash -c 'run {}'
