#!/bin/sh
# Speed and memory. Compare figures of one run with one another: machines are shared and noisy.
set -e
export BELLWETHER_BENCH_ROWS="${BELLWETHER_BENCH_ROWS:-6000000}"
go test -tags=duckdb_arrow -run '^$' -bench . -benchmem -timeout 60m ./analytics/... ./ingest/... ./internal/pipeline ./internal/e2e ./dashboard/...
go test -tags=duckdb_arrow,browser -run '^$' -bench Browser -timeout 20m ./dashboard
sh scripts/ratio.sh
go test -tags=duckdb_arrow -count=1 -v -run TestHostileCorpusIsContained ./ingest/decode | grep -E 'resident|bytes|FAIL|ok'
