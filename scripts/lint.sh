#!/bin/sh
# Formatting, and golangci-lint, of which go vet is a part, at the version that .golangci.yml is written for.
set -e
version=v2.15.0
unformatted=$(git ls-files '*.go' | xargs gofmt -l)
if [ -n "$unformatted" ]; then
	echo "not formatted (run make fmt):" >&2
	echo "$unformatted" >&2
	exit 1
fi
linter=$(command -v golangci-lint || echo bin/golangci-lint)
if ! "$linter" version 2>/dev/null | grep -q "${version#v}"; then
	echo "building golangci-lint $version (once, a few minutes)"
	GOBIN=$PWD/bin GOFLAGS= go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$version"
	linter=bin/golangci-lint
fi
"$linter" run --timeout 20m
