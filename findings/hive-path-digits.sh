#!/usr/bin/env bash
# Readers of one Hive-style folder, event_type=007: Polars 2.1.0, pyarrow 26.0.0 and pandas 3.1.1 give
# the number 7, so that a filter on '007' fails or finds nothing; DuckDB 2.0.1 keeps the text.
# Guess: DuckDB guesses too (hive_types_autocast is on by default).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install duckdb==2.0.1 pyarrow==26.0.0 polars==2.1.0 pandas==3.1.1
cd "$folder"

seen=$(venv/bin/python - <<'PYTHON'
import os
import duckdb, pandas as pd, polars as pl, pyarrow as pa, pyarrow.dataset as ds, pyarrow.parquet as pq

os.makedirs("lake/event_type=007")
pq.write_table(pa.table({"x": [1]}), "lake/event_type=007/1.parquet")
print("duckdb", repr(duckdb.sql("SELECT event_type FROM read_parquet('lake/*/*.parquet', hive_partitioning=true)").fetchall()[0][0]))
print("polars", repr(pl.scan_parquet("lake/**/*.parquet", hive_partitioning=True).collect()["event_type"][0]))
print("pyarrow", repr(ds.dataset("lake", partitioning="hive").to_table()["event_type"][0].as_py()))
print("pandas", repr(int(pd.read_parquet("lake")["event_type"][0])))
PYTHON
)
expected=$(cat <<'SEEN'
duckdb '007'
polars 7
pyarrow 7
pandas 7
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
