#!/usr/bin/env bash
# DuckDB 2.0.1: read_json makes a UUID of a text that looks like one, and writes it back in lower case:
# joined with the system that sent the ids in capitals, nothing matches. A time of day becomes a TIME and
# gains seconds; a whole number beyond 64 bits becomes a double.
# Guess: texts in quotes stay texts (dates excepted).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install duckdb==2.0.1
cd "$folder"

seen=$(venv/bin/python - <<'PYTHON'
import duckdb

with open("e.ndjson", "w") as file:
    file.write('{"id": "0191D5A4-7B0E-7C3A-9C1D-A1B2C3D4E5F6", "hour": "10:00", "n": 18446744073709551617}\n')
read = duckdb.sql("FROM read_json('e.ndjson')")
print([str(each) for each in read.types])
print(duckdb.sql("SELECT id::VARCHAR, hour::VARCHAR, n::VARCHAR FROM read").fetchall()[0])
PYTHON
)
expected=$(cat <<'SEEN'
['UUID', 'TIME', 'DOUBLE']
('0191d5a4-7b0e-7c3a-9c1d-a1b2c3d4e5f6', '10:00:00', '1.8446744073709552e+19')
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
