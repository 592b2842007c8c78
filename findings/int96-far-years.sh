#!/usr/bin/env bash
# INT96 timestamps (what Hive and Firehose write) beyond 1677 to 2262: fastparquet 2026.9.0 gives
# another century without a word; pyarrow 26.0.0 reads wrapped values as timestamp[ns] unless
# coerce_int96_timestamp_unit asks otherwise; DuckDB 2.0.1 and Polars 2.1.0 give the year that was written.
# Guess: an error, or the right year, from each of them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install duckdb==2.0.1 pyarrow==26.0.0 polars==2.1.0 pandas==3.1.1 fastparquet==2026.9.0
cd "$folder"

seen=$(venv/bin/python - <<'PYTHON'
from datetime import datetime
import duckdb, fastparquet, polars as pl, pyarrow as pa, pyarrow.parquet as pq

years = pa.table({"t": pa.array([datetime(1500, 1, 1), datetime(3000, 1, 1)], pa.timestamp("us"))})
pq.write_table(years, "t.parquet", use_deprecated_int96_timestamps=True)
print("fastparquet", [each.year for each in fastparquet.ParquetFile("t.parquet").to_pandas()["t"]])
print("pyarrow", [str(each)[:4] for each in pq.read_table("t.parquet")["t"].to_numpy()])
coerced = pq.read_table("t.parquet", coerce_int96_timestamp_unit="us")
print("pyarrow, coerced", [each.year for each in coerced["t"].to_pylist()])
print("duckdb", [each[0].year for each in duckdb.sql("FROM 't.parquet'").fetchall()])
print("polars", [each.year for each in pl.read_parquet("t.parquet")["t"]])
PYTHON
)
expected=$(cat <<'SEEN'
fastparquet [2084, 1830]
pyarrow ['2084', '1830']
pyarrow, coerced [1500, 3000]
duckdb [1500, 3000]
polars [1500, 3000]
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
