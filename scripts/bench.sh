#!/bin/sh
# Speed and memory. Compare figures of one run with one another: machines are shared and noisy.
set -e
go test -tags=duckdb_arrow -run '^$' -bench . -benchmem -timeout 60m ./analytics/... ./ingest/... ./internal/pipeline ./internal/e2e ./dashboard/...
sh scripts/ratio.sh
