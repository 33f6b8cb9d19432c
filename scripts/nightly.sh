#!/bin/sh
# The long runs: each fuzz target for 30 seconds, then the tests three times over.
set -e
for dir in $(grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u); do
	for target in $(grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$dir"/*_test.go | sed 's/func //'); do
		echo "fuzz $dir $target"
		go test -tags=duckdb_arrow -run '^$' -fuzz "^$target\$" -fuzztime 30s "$dir"
	done
done
go test -tags=duckdb_arrow -count=3 -timeout 60m ./...
