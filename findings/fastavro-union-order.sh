#!/usr/bin/env bash
# fastavro 1.13.1: where double or float stands before long in a union, a whole number that long would
# hold is written as the double and loses digits: beyond 2^53, with float beyond 2^24.
# Guess: the branch that holds the value exactly; a text passes a number by, whatever stands first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install fastavro==1.13.1
cd "$folder"

seen=$(venv/bin/python - 2>/dev/null <<'PYTHON'
import io

import fastavro

for types in (["null", "double", "long"], ["int", "double", "long"], ["null", "float", "long"], ["long", "double"]):
    schema = fastavro.parse_schema(
        {"type": "record", "name": "event", "fields": [{"name": "sequence", "type": types}]}
    )
    for number in (16_777_217, 9_007_199_254_740_993):
        file = io.BytesIO()
        fastavro.schemaless_writer(file, schema, {"sequence": number})
        file.seek(0)
        print(types, number, fastavro.schemaless_reader(file, schema)["sequence"])
PYTHON
)
expected=$(cat <<'SEEN'
['null', 'double', 'long'] 16777217 16777217.0
['null', 'double', 'long'] 9007199254740993 9007199254740992.0
['int', 'double', 'long'] 16777217 16777217
['int', 'double', 'long'] 9007199254740993 9007199254740992.0
['null', 'float', 'long'] 16777217 16777216.0
['null', 'float', 'long'] 9007199254740993 9007199254740992.0
['long', 'double'] 16777217 16777217
['long', 'double'] 9007199254740993 9007199254740993
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
