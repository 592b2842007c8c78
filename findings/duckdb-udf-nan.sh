#!/usr/bin/env bash
# DuckDB 2.0.1: a NaN that a Python function returns becomes NULL, though the column takes NaN and the
# same function over Arrow gives it. Infinity and all other numbers come as they are.
# Guess: NaN is a number of DOUBLE, and None alone is NULL (as in the other direction, where a
# function is given NaN as NaN).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install duckdb==2.0.1 numpy==2.4.6 pyarrow==26.0.0
cd "$folder"

seen=$(venv/bin/python - 2>/dev/null <<'PYTHON'
import math
import duckdb, pyarrow as pa

connection = duckdb.connect()
connection.create_function("same", lambda x: x, ["DOUBLE"], "DOUBLE")
connection.create_function("was_nan", lambda x: math.isnan(x), ["DOUBLE"], "BOOLEAN")
connection.create_function("same_by_arrow", lambda x: x, ["DOUBLE"], "DOUBLE", type="arrow")
for value in ("nan", "inf", "1.5"):
    x = f"'{value}'::DOUBLE"
    print(value, *connection.sql(f"SELECT same({x}), was_nan({x}), same_by_arrow({x})").fetchall()[0])
PYTHON
)
expected=$(cat <<'SEEN'
nan None True nan
inf inf False inf
1.5 1.5 False 1.5
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
