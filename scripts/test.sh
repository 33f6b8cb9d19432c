#!/bin/sh
# Everything that must hold, and a plain word on what was left out.
set -e
# Fetching what the tests need takes the network, and the linter takes the processor. Who may not install anything hears at once what is missing.
said=$(mktemp)
trap 'rm -f "$said"' EXIT
if [ "$(id -u)" = 0 ]; then
	sh scripts/test-tools.sh >"$said" 2>&1 &
	tools=$!
	sh scripts/lint.sh
	wait "$tools" || { cat "$said" >&2; exit 1; }
	cat "$said"
else
	sh scripts/test-tools.sh
	sh scripts/lint.sh
fi
if [ -z "$BELLWETHER_REAL_DATA" ]; then
	echo "left out: tests on real public files (set BELLWETHER_REAL_DATA to their folder)"
fi
if [ -z "$BELLWETHER_ORACLE" ]; then
	echo "left out: comparisons with other programs' numbers (set BELLWETHER_ORACLE to their folder)"
fi
sh scripts/fuzz.sh 5
# The pass under the race detector goes on beside the rest, which waits for browsers and servers a sixth of its time. What it said comes last.
raced=$(mktemp)
GOFLAGS="$GOFLAGS -p=1" sh scripts/race.sh >"$raced" 2>&1 &
race=$!
trap 'kill "$race" 2>/dev/null || true; rm -f "$said" "$raced"' EXIT
failed=
# Three packages at a time on two cores: the longest one waits for a browser most of its time.
# The linter has vetted all of it.
go test -vet=off -ldflags="$(sh scripts/linking.sh)" -p 3 -timeout 25m -tags=duckdb_arrow,browser ./... || failed=yes
wait "$race" || failed=yes
cat "$raced"
[ -z "$failed" ] || exit 1
