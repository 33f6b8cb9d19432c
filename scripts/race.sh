#!/bin/sh
# One pass under the race detector over what shares something between goroutines, short enough for every commit (about three minutes of
# processor time, half of it building); the whole suite under it is in nightly.sh. Each is here for a reason:
#   internal/warehouse          readers move to a new snapshot while others still read the old one
#   internal/share              machines exchange snapshots while one publishes
#   internal/netidle            a connection's deadline is moved while somebody waits on it
#   internal/webhook, tracing   what is queued is sent, tried again and stopped
#   internal/runlog             many runs and readers of one log
#   internal/audit              many requests write to one chain
#   metrics                     a hundred scrapes at once over one snapshot
#   casework/store/memory, postgres   writers and readers of one store
#   casework/restricted         what is hidden is read while it changes
#   internal/app                the server's schedule, listeners and stop; not what hashes passwords, which the detector slows to a crawl
#   analytics/surveillance/panel   the scan's workers share one panel; one comparison of one worker with several
set -e
export CGO_ENABLED=1
linking="$(sh scripts/linking.sh)"
go test -race -vet=off -ldflags="$linking" -timeout 10m -tags=duckdb_arrow ./internal/warehouse ./internal/share ./internal/netidle ./internal/webhook ./internal/tracing ./internal/runlog ./internal/audit \
	./metrics/... ./casework/store/memory ./casework/store/postgres ./casework/restricted
go test -race -vet=off -ldflags="$linking" -timeout 10m -tags=duckdb_arrow -run 'SafePoint|Ready|Metrics|Door|StopsNoOther|LookWaits|Told' ./internal/app
go test -race -vet=off -ldflags="$linking" -timeout 10m -tags=duckdb_arrow -run 'TestInvariances/workers' ./analytics/surveillance/panel
