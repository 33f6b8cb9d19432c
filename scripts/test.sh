#!/bin/sh
# Everything that must hold, and a plain word on what was left out.
set -e
sh scripts/lint.sh
if [ -z "$BELLWETHER_REAL_DATA" ]; then
	echo "left out: tests on real public files (set BELLWETHER_REAL_DATA to their folder)"
fi
if [ -z "$BELLWETHER_ORACLE" ]; then
	echo "left out: comparisons with other programs' numbers (set BELLWETHER_ORACLE to their folder)"
fi
sh scripts/fuzz.sh 5
# Three packages at a time on two cores: the longest one waits for a browser most of its time.
go test -p 3 -timeout 25m -tags=duckdb_arrow,browser ./...
