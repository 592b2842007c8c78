#!/usr/bin/env bash
# msgpackr 2.1.4 and cbor-x 1.6.9 for Node write whole numbers from 2^32 on, a time in milliseconds say, as
# floats: Python, which reads them, prints 1767261600123.0, and an id made of the text is another.
# @msgpack/msgpack 3.1.3 writes whole numbers; msgpackr reads these as BigInt, which is not its own.
# Guess: a whole number is written as one, up to 2^53 at least.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install msgpack==1.2.4 cbor2==6.3.0
cd "$folder"
npm init -y >log
npm install --silent msgpackr@2.1.4 cbor-x@1.6.9 @msgpack/msgpack@3.1.3 >>log 2>&1 || { tail -5 log; exit 1; }

cat > write.js <<'JS'
const fs = require("fs");
const libraries = { msgpackr: require("msgpackr").pack, "cbor-x": require("cbor-x").encode,
                    "@msgpack": require("@msgpack/msgpack").encode };
const written = {};
for (const [name, encode] of Object.entries(libraries)) {
  written[name] = [4294967295, 4294967296, 1767261600123].map((n) => Buffer.from(encode(n)).toString("hex"));
}
fs.writeFileSync("written.json", JSON.stringify(written));
const { unpack } = require("msgpackr");
const read = (name) => unpack(Buffer.from(written[name][2], "hex"));
console.log("msgpackr reads its own:", typeof read("msgpackr"), "and @msgpack's:", typeof read("@msgpack"));
JS
seen=$(node write.js; venv/bin/python - <<'PYTHON'
import json

import cbor2
import msgpack

for name, texts in json.load(open("written.json")).items():
    loads = cbor2.loads if name == "cbor-x" else msgpack.unpackb
    print("Python reads", name, [loads(bytes.fromhex(text)) for text in texts])
PYTHON
)
expected=$(cat <<'SEEN'
msgpackr reads its own: number and @msgpack's: bigint
Python reads msgpackr [4294967295, 4294967296.0, 1767261600123.0]
Python reads cbor-x [4294967295, 4294967296.0, 1767261600123.0]
Python reads @msgpack [4294967295, 4294967296, 1767261600123]
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
