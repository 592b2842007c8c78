#!/usr/bin/env bash
# DuckDB 2.0.1: read_json with a column named BIGINT rounds 1.5 and 2.5 to 2 both, and takes true for 1,
# without a word; Polars 2.1.0 with the same schema names the value and refuses the file.
# Guess: refused, as DuckDB refuses a text there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install duckdb==2.0.1 polars==2.1.0
cd "$folder"

seen=$(venv/bin/python - 2>/dev/null <<'PYTHON'
import duckdb
import polars as pl

with open("events.ndjson", "w") as file:
    file.write('{"id": "a", "score": 1.5}\n{"id": "b", "score": 2.5}\n{"id": "c", "score": true}\n')
columns = "{id: 'VARCHAR', score: 'BIGINT'}"
print("duckdb:", duckdb.sql(f"FROM read_json('events.ndjson', columns = {columns}) ORDER BY id").fetchall())
try:
    print(pl.read_ndjson("events.ndjson", schema={"id": pl.String, "score": pl.Int64}))
except pl.exceptions.ComputeError as error:
    print("polars:", error)
with open("texts.ndjson", "w") as file:
    file.write('{"id": "a", "score": "many"}\n')
try:
    print(duckdb.sql(f"FROM read_json('texts.ndjson', columns = {columns})").fetchall())
except duckdb.Error as error:
    print("duckdb, a text:", type(error).__name__)
PYTHON
)
expected=$(cat <<'SEEN'
duckdb: [('a', 2), ('b', 2), ('c', 1)]
polars: cannot parse '1.5' (f64) as Int64
duckdb, a text: InvalidInputException
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
