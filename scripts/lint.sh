#!/bin/sh
# Formatting and vet always; golangci-lint where it is installed.
set -e
unformatted=$(git ls-files '*.go' | xargs gofmt -l)
if [ -n "$unformatted" ]; then
	echo "not formatted (run make fmt):" >&2
	echo "$unformatted" >&2
	exit 1
fi
go vet -tags=duckdb_arrow,browser ./...
if command -v golangci-lint >/dev/null 2>&1; then
	golangci-lint run --build-tags duckdb_arrow
else
	echo "left out: golangci-lint (not installed); gofmt and go vet ran"
fi
