#!/bin/sh
# How much processor time one weekly run over 50,000 providers and three streams takes here and in R: the clock of a shared machine
# would measure its other users. R's package surveillance comes with Debian
# (r-cran-surveillance); where it is not installed, the reference timing of the oracle's folder stands in, and the line says so.
set -e
here=$(go test -tags=duckdb_arrow -run '^$' -bench 'WeeklyRun50000$' ./analytics/surveillance/panel | sed -n 's/^BenchmarkWeeklyRun50000[^ ]* *[\t ]*[0-9]*[\t ]*[0-9.]* ns\/op[\t ]*\([0-9.]*\) cpu-s\/op.*/\1/p')
timing="$BELLWETHER_ORACLE/methods/timing_farrington.csv"
if command -v Rscript >/dev/null 2>&1 && Rscript -e 'library(surveillance)' >/dev/null 2>&1; then
	series=$(Rscript scripts/ratio.R "${1:-100}")
	from="R here, ${1:-100} series"
elif [ -f "$timing" ]; then
	series=$(awk -F, '/farringtonFlexible_1week/ { print $3 / $2 }' "$timing")
	from="R on the reference machine, since R's package surveillance is not installed here"
else
	echo "The ratio to R can't be given: neither R's package surveillance (r-cran-surveillance) nor \$BELLWETHER_ORACLE is there." >&2
	exit 0
fi
awk -v b="$here" -v s="$series" -v from="$from" 'BEGIN { r = s * 150000
	printf "one weekly run, 50,000 providers x 3 streams: %.2f s here, %.0f s for R'"'"'s improved Farrington (%.1f ms a series; %s): %.0f times\n", b, r, 1000 * s, from, r / b }'
