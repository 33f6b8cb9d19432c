#!/bin/sh
# Every comparison with numbers that other programs computed, then both scorers on the product's own detectors at their defaults,
# then the table of what was scored beside what is to be reached.
set -e
if [ -z "$BELLWETHER_ORACLE" ]; then
	echo "set BELLWETHER_ORACLE to the folder of reference numbers" >&2
	exit 2
fi
go test -tags=duckdb_arrow -count=1 ./analytics/surveillance/... ./scripts/oracletable
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
limit() { sed -n "s/.*\"threshold_$1\": \([-0-9.]*\).*/\1/p" "$dir/step13.json"; }
for set in step13 step26; do
	home=$BELLWETHER_ORACLE/carehome/$set
	bin/bellwether detect panel --events "$home/events.csv.gz" --units "$home/homes.csv" \
		--first-week 156 --last-week 259 --out "$dir/$set.csv" --json >"$dir/$set.json"
	python3 "$BELLWETHER_ORACLE/score_carehome.py" "$home" "$dir/$set.csv" >"$dir/$set.txt"
	python3 "$BELLWETHER_ORACLE/score_carehome.py" "$home" "$dir/$set.csv" "$(limit pre_concern)" "$(limit concern)" >>"$dir/$set.txt"
	echo "$set" && cat "$dir/$set.txt"
done
bin/bellwether detect series --in "$BELLWETHER_ORACLE/n42/series.csv.gz" --first-week 576 --last-week 624 --out "$dir/n42.csv"
python3 "$BELLWETHER_ORACLE/score_n42.py" "$BELLWETHER_ORACLE/n42/meta.csv" "$dir/n42.csv" | tee "$dir/n42.txt"
go test -tags=duckdb_arrow -run '^$' -bench 'WeeklyRun50000$' ./analytics/surveillance/panel >"$dir/bench.txt"
go run ./scripts/oracletable "$dir" "$(printf %.3f "$(limit concern)")" "$(printf %.3f "$(limit pre_concern)")"
