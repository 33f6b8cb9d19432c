"""Runs rollup.sql with Spark over a publication, and holds every cell against the CSV that Bellwether's own engine gave for the same text."""
import csv, decimal, json, pathlib, sys, time

from pyspark.sql import SparkSession

publication, text, expected = (pathlib.Path(p) for p in sys.argv[1:4])
began = time.monotonic()
spark = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false").config("spark.sql.shuffle.partitions", "2")
         .config("spark.sql.session.timeZone", "UTC").config("spark.sql.warehouse.dir", str(expected.parent / "spark-warehouse")).getOrCreate())
spark.sparkContext.setLogLevel("ERROR")
started = time.monotonic()
manifest = json.loads((publication / "manifest.json").read_text())
for table in manifest["tables"]:
    schema, _ = table["name"].split(".")
    if table["files"] and schema in ("mart", "core", "analytics"):
        spark.sql(f"CREATE DATABASE IF NOT EXISTS {schema}")
        spark.sql(f"CREATE TABLE {table['name']} USING parquet LOCATION '{publication / table['folder']}'")
        if table["partitions"]:
            spark.sql(f"MSCK REPAIR TABLE {table['name']}")
for table in manifest["tables"]:
    if table["files"]:
        rows = spark.sql(f"SELECT count(*) FROM {table['name']}").first()[0]
        if rows != table["rows"]:
            sys.exit(f"{table['name']}: Spark reads {rows} rows, the manifest says {table['rows']}")
query = spark.sql(text.read_text())
got = [["" if v is None else str(v) for v in row] for row in query.collect()]
done = time.monotonic()
with expected.open(newline="") as f:
    head, *want = list(csv.reader(f))
if head != query.columns:
    sys.exit(f"the columns are {query.columns}, Bellwether's {head}")


def same(a, b):
    """Two cells are the same if they are the same text or the same number, with as many digits as each has."""
    if a == b:
        return True
    try:
        return decimal.Decimal(a) == decimal.Decimal(b)
    except decimal.InvalidOperation:
        return False


key = lambda row: row[:4]
got.sort(key=key), want.sort(key=key)
if len(got) != len(want):
    sys.exit(f"Spark gives {len(got)} rows, Bellwether's engine {len(want)}")
for a, b in zip(got, want):
    for name, x, y in zip(head, a, b):
        if not same(x, y):
            sys.exit(f"{a[:4]}: {name} is {x} by Spark and {y} by Bellwether's engine")
if len(got) < 10:
    sys.exit(f"only {len(got)} rows were compared")
print(f"Spark {spark.version} agrees on {len(got)} rows of {len(head)} columns to the last digit, and on the rows of {sum(1 for t in manifest['tables'] if t['files'])} tables "
      f"({sum(t['rows'] for t in manifest['tables']):,}); {started - began:.1f} s to start, {done - started:.1f} s to read and roll up")
