#!/bin/bash
# Shows that the matrix finds what it is there for: each bug below is put into a copy of the
# program, and the matrix has to fail. Names of bugs as arguments: only those.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/buildd-seeded-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

bugs="clean-before-commit no-fsync-before-rename build-without-status same-cookie-again
    mail-noted-before-sent"

# What a bug changes (files and a sed script), and how it is to be found out.
describe() {
    case $1 in
        clean-before-commit)
            files=lib/farm/finish_attempt.cpp
            edit='/^    co_await free_builder(context, end.freeing, cookie);$/d
                s/^    if (!commit(farm, .*{$/    co_await free_builder(context, end.freeing, cookie);\n&/'
            run="--command collect --sample 60" ;;
        no-fsync-before-rename)
            files=lib/farm/download.cpp
            edit='/fsync_fd(fd_.get(), path_)/d'
            run="--durability --command collect" ;;
        build-without-status)
            files="lib/farm/dispatch.cpp lib/farm/start_build.cpp"
            edit='/^    if (!idle) co_return;$/d
                /ready_to_build(StartContext/,/^}/s/^    auto status = .*/    co_return StartResult();\n&/'
            run="--command dispatch --sample 3" ;;
        same-cookie-again)
            files=lib/db/queue.cpp
            edit='s/CASE WHEN q.attempts = 0 THEN q.id/CASE WHEN true THEN q.id/'
            run="--command cycle --sample 3" ;;
        mail-noted-before-sent)
            files=lib/farm/outbox.cpp
            edit='s/^        auto sent = co_await net::send_mail/        db::mark_sent(database, due.id);\n&/'
            run="--command collect --sample 60" ;;
        *) echo "seeded-bugs.sh: there is no bug '$1'" >&2; exit 64 ;;
    esac
}

build() {
    cmake --build "$work/build" --target buildd-master -- -j2 >"$work/log" 2>&1 ||
        { cat "$work/log"; exit 1; }
}

echo "Building a copy of the program …"
mkdir "$work/tree"
cp -a "$top"/{CMakeLists.txt,cmd,lib,man,LICENSE,README.md} "$work/tree/"
cmake -S "$work/tree" -B "$work/build" -G Ninja -DBUILDD_TESTS=OFF \
    -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS=-O0 >/dev/null
build

missed=0
export PRESET=${PRESET:-release}
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $bugs
for bug in "$@"; do
    describe "$bug"
    for file in $files; do
        sed -i "$edit" "$work/tree/$file"
        cmp -s "$top/$file" "$work/tree/$file" && { echo "$bug: $file has changed, mend its edit"; exit 1; }
    done
    build
    # shellcheck disable=SC2086
    if "$here/run.sh" --program "$work/build/buildd-master" $run >"$work/found" 2>&1; then
        echo "$bug: NOT FOUND"
        missed=1
    elif grep -qE '^VIOLATED|^  [a-z]+: ' "$work/found"; then
        echo "$bug: found, e.g."
        grep -m 3 -E '^VIOLATED|^  ' "$work/found" | cut -c 1-160
    else
        cat "$work/found"
        missed=1
    fi
    for file in $files; do
        cp -p "$top/$file" "$work/tree/$file"
        touch "$work/tree/$file"
    done
done
exit $missed
