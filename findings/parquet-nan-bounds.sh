#!/usr/bin/env bash
# DuckDB 2.0.1 and pyarrow 26.0.0: a Parquet file written by pyarrow leaves NaN out of the bounds of a
# double column, and both trust these bounds: the NaN is lost from filters that it meets in memory,
# even from is_nan(), and max() of the file is another than max() of the same rows. Polars 2.1.0 looks.
# Guess: a bound that may hide a NaN is not used for what NaN decides (Parquet's format says so).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install duckdb==2.0.1 pyarrow==26.0.0 polars==2.1.0
cd "$folder"

seen=$(venv/bin/python - <<'PYTHON'
import math
import duckdb, polars as pl, pyarrow as pa, pyarrow.compute, pyarrow.dataset as ds, pyarrow.parquet as pq

rows = pa.table({"x": [1.0, math.nan]})
pq.write_table(rows, "x.parquet")
for name, source in (("in memory", "rows"), ("from the file", "'x.parquet'")):
    print("duckdb", name, duckdb.sql(f"SELECT count(*) FILTER (x > 5), max(x) FROM {source}").fetchall()[0],
          duckdb.sql(f"SELECT count(*) FROM {source} WHERE x > 5").fetchall()[0])
print("pyarrow in memory", rows.filter(pa.compute.is_nan(rows["x"])).num_rows,
      "from the file", ds.dataset("x.parquet").to_table(filter=ds.field("x").is_nan()).num_rows)
print("polars in memory", pl.from_arrow(rows).filter(pl.col("x").is_nan()).height,
      "from the file", pl.scan_parquet("x.parquet").filter(pl.col("x").is_nan()).collect().height)
PYTHON
)
expected=$(cat <<'SEEN'
duckdb in memory (1, nan) (1,)
duckdb from the file (1, nan) (0,)
pyarrow in memory 1 from the file 0
polars in memory 1 from the file 1
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
