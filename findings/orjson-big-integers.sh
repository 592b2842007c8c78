#!/usr/bin/env bash
# orjson 3.13.0: a whole number beyond 64 bits becomes a float, and two ids that differ become one.
# json, msgspec, ujson and python-rapidjson keep every digit.
# Guess: an integer as from json, or an error, as orjson's dumps raises for the same number.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install orjson==3.13.0 msgspec==0.23.0 ujson==6.1.0 python-rapidjson==1.25
cd "$folder"

seen=$(venv/bin/python - 2>/dev/null <<'PYTHON'
import json

import msgspec
import orjson
import rapidjson
import ujson

text = '["18446744073709551617", 18446744073709551617, 18446744073709551616]'
readers = {"json": json, "msgspec": msgspec.json, "orjson": orjson, "rapidjson": rapidjson, "ujson": ujson}
for name, reader in readers.items():
    read = reader.decode if name == "msgspec" else reader.loads
    _, one, other = read(text)
    print(f"{name}: {one!r}, the same as the other: {one == other}")
try:
    orjson.dumps(18446744073709551617)
except orjson.JSONEncodeError as error:
    print("orjson.dumps:", error)
PYTHON
)
expected=$(cat <<'SEEN'
json: 18446744073709551617, the same as the other: False
msgspec: 18446744073709551617, the same as the other: False
orjson: 1.8446744073709552e+19, the same as the other: True
rapidjson: 18446744073709551617, the same as the other: False
ujson: 18446744073709551617, the same as the other: False
orjson.dumps: Integer exceeds 64-bit range
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
