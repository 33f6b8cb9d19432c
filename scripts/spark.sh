#!/bin/sh
# Runs one regional roll-up with Apache Spark over the published Parquet, and with Bellwether's own engine over the snapshot: both must agree to the
# last digit. Needs Java 17 (Debian: default-jre-headless) and Python; fetches Spark, 456 MB, once. BELLWETHER_SPARK_PYTHON names a Python that
# has pyspark already.
set -eu
work=bin/spark
mkdir -p "$work"
command -v java >/dev/null || { echo "Java is not installed: apt-get install default-jre-headless" >&2; exit 1; }
python=${BELLWETHER_SPARK_PYTHON:-$work/venv/bin/python}
if ! "$python" -c 'import pyspark' 2>/dev/null; then
	python3 -m venv "$work/venv"
	"$work/venv/bin/pip" install -q --disable-pip-version-check 'pyspark==4.3.0'
fi
[ -d "$work/demo/snapshots" ] || bin/bellwether demo --dir "$work/demo" --no-serve -q >/dev/null
rm -rf "$work/marts" "$work/spark-warehouse"
bin/bellwether publish parquet --dir "$work/demo" --to "$PWD/$work/marts" -q
bin/bellwether query --dir "$work/demo" --format csv --out "$work/expected.csv" "$(grep -v '^--' scripts/spark/rollup.sql)" >/dev/null
"$python" scripts/spark/rollup.py "$(readlink -f "$work/marts/current")" scripts/spark/rollup.sql "$PWD/$work/expected.csv"
