#!/usr/bin/env bash
# sqlglot 30.30.0, Athena's SQL to DuckDB's: the length of slice() becomes an end, division of whole
# numbers becomes one of fractions, and days between two times become midnights between them. Nothing
# is refused, nothing warned of; Trino's answers stand beside.
# Guess: right for slice and division, which the typed dialects document; unsure of the days.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install sqlglot==30.30.0 duckdb==2.0.1
cd "$folder"

seen=$(venv/bin/python - <<'PYTHON'
import duckdb, sqlglot

for trino, sql in {
    "[2, 3]": "SELECT slice(ARRAY[1, 2, 3, 4], 2, 2)",
    "3": "SELECT 7 / 2",
    "0": "SELECT date_diff('day', TIMESTAMP '2026-11-29 23:00:00', TIMESTAMP '2026-11-30 01:00:00')",
}.items():
    written = sqlglot.transpile(sql, read="athena", write="duckdb")[0]
    print("trino", trino, "| duckdb", duckdb.sql(written).fetchall()[0][0])
PYTHON
)
expected=$(cat <<'SEEN'
trino [2, 3] | duckdb [2]
trino 3 | duckdb 3.5
trino 0 | duckdb 1
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
