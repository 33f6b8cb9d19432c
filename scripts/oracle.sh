#!/bin/sh
# Every comparison with numbers that other programs computed, and the care-home scorer.
set -e
if [ -z "$BELLWETHER_ORACLE" ]; then
	echo "set BELLWETHER_ORACLE to the folder of reference numbers" >&2
	exit 2
fi
go test -tags=duckdb_arrow -count=1 ./analytics/surveillance/...
for set in step13 step26; do
	bin/bellwether detect panel --events "$BELLWETHER_ORACLE/carehome/$set/events.csv.gz" --units "$BELLWETHER_ORACLE/carehome/$set/homes.csv" \
		--first-week 156 --last-week 259 --out "/tmp/bellwether-$set.csv"
	python3 "$BELLWETHER_ORACLE/score_carehome.py" "$BELLWETHER_ORACLE/carehome/$set" "/tmp/bellwether-$set.csv"
done
