#!/bin/sh
# Fuzz for some seconds each (5 unless told) the targets of the packages named after them, or else every decoder: those of the feeds and those
# of the file formats under them. Two targets run at a time. An input that breaks one is kept under its package's testdata/fuzz, to be committed with the repair.
# An input that reaches new code is made smaller only ten times over: Go would take a minute for that, which is all the time that a target has.
set -e
seconds="${1:-5}"
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- ingest/decode ingest/sources
work="$(mktemp -d)"
linking="$(sh scripts/linking.sh)"
trap 'rm -rf "$work"' EXIT INT TERM
for package in "$@"; do
	name="$(echo "$package" | tr / -)"
	go test -tags=duckdb_arrow -ldflags="$linking" -c -fuzz . -o "$work/$name.test" "./$package"
	grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$package"/*_test.go | sed "s|func |$package $work/$name.test |"
done >"$work/targets"
export FUZZ_SECONDS="$seconds" FUZZ_CACHE="$work/cache"
xargs -P 2 -L 1 sh -c '
	out=$(cd "$0" && "$1" -test.run "^$" -test.fuzz "^$2\$" -test.fuzztime "${FUZZ_SECONDS}s" -test.parallel 1 -test.fuzzminimizetime 10x -test.fuzzcachedir "$FUZZ_CACHE/$2" 2>&1) ||
		case "$out" in
		# The fuzzer now and then takes the end of its own time for a failure (https://go.dev/issue/75804, mended in Go 1.27); one that found something names an input.
		*"Failing input"* | *panic*) echo "$out"; exit 1 ;;
		*"context deadline exceeded"*) ;;
		*) echo "$out"; exit 1 ;;
		esac
	last=$(echo "$out" | grep "^fuzz: elapsed" | tail -n 1)
	echo "$2: $last"
	# A target that got no further than what it began with was not fuzzed. In a few seconds of a busy machine that may be; by night it may not.
	echo "$last" | sed -n "s|.*execs: \([0-9]*\) .*total: \([0-9]*\)).*|\1 \2|p" | {
		read -r runs known || runs=0 known=0
		[ "$runs" -gt "$((2 * known))" ] || {
			echo "$2: hardly more than what it began with was tried" >&2
			[ "$FUZZ_SECONDS" -lt 30 ]
		}
	}
' <"$work/targets"
