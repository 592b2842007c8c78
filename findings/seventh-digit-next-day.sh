#!/usr/bin/env bash
# Half a microsecond before midnight: msgspec 0.23.0 rounds the seventh digit of a time into the next
# day, and with it into the next partition; Python, Polars 2.1.0 and pandas 3.1.1 stay before midnight.
# DuckDB 2.0.1 does both: a cast to TIMESTAMP cuts, a cast to TIMESTAMP_MS rounds.
# Guess: all cut, as Python says of itself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install msgspec==0.23.0 duckdb==2.0.1 polars==2.1.0 pandas==3.1.1
cd "$folder"

seen=$(venv/bin/python - 2>/dev/null <<'PYTHON'
from datetime import datetime

import duckdb
import msgspec
import pandas as pd
import polars as pl

text = "2026-11-30T23:59:59.9999995Z"
print("msgspec:", msgspec.convert(text, datetime))
print("polars:", pl.Series([text]).str.to_datetime("%+", time_unit="us")[0])
print("pandas:", pd.Timestamp(text))
for kind in ("TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMP_NS"):
    ((seen,),) = duckdb.sql(f"SELECT CAST(CAST('{text}' AS {kind}) AS VARCHAR)").fetchall()
    print(f"duckdb, {kind}:", seen)
PYTHON
)
expected=$(cat <<'SEEN'
msgspec: 2026-12-01 00:00:00+00:00
polars: 2026-11-30 23:59:59.999999+00:00
pandas: 2026-11-30 23:59:59.999999500+00:00
duckdb, TIMESTAMP: 2026-11-30 23:59:59.999999
duckdb, TIMESTAMP_MS: 2026-12-01 00:00:00
duckdb, TIMESTAMP_NS: 2026-11-30 23:59:59.9999995
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
