#!/bin/sh
# The long runs: each fuzz target for 30 seconds, 200 kills, 200 cuts of the write-ahead log, 100 changes of a snapshot, a soak of half an hour, every promise of the casework store through a pooler in session mode, a standby
# that takes over, the tests three times over, then once under the race detector.
set -e
# shellcheck disable=SC2046 # no folder of the tree has a space in its name
sh scripts/fuzz.sh 30 $(git grep -lE '^func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u)
BELLWETHER_KILLS=200 go test -tags=duckdb_arrow -count=1 -timeout 60m -v -run TestKilledAnywhere ./internal/e2e/crash
BELLWETHER_CUTS=200 go test -tags=duckdb_arrow -count=1 -timeout 30m -v -run TestEveryCutOfTheWriteAheadLog ./internal/e2e/crash
BELLWETHER_FLIPS=100 go test -tags=duckdb_arrow -count=1 -timeout 30m -v -run TestEveryChangeOfASnapshot ./internal/verify
BELLWETHER_SOAK=30m go test -tags=duckdb_arrow -count=1 -timeout 60m -v -run 'TestSoak$' ./internal/e2e/serving
BELLWETHER_STANDBY=1 go test -tags=duckdb_arrow -count=1 -timeout 30m -v -run TestAStandbyTakesOver ./internal/e2e/several
BELLWETHER_POOLER=1 go test -tags=duckdb_arrow -count=1 -timeout 30m -v -run TestPostgreSQL/through_a_pooler ./casework/store/postgres
go test -tags=duckdb_arrow,browser -count=1 -timeout 120m -run 'TestWhatIsRestrictedDoesNotExist|TestCanaries|TestNothingIsWritten|TestReadingChanges|TestAScanner|TestBrowserOpensEveryPage' ./dashboard -whole
go test -tags=duckdb_arrow -count=3 -timeout 60m ./...
go test -race -tags=duckdb_arrow -count=1 -timeout 180m ./...
sh scripts/spark.sh # here and not in every commit: Spark is 456 MB to fetch and takes minutes to install and start
