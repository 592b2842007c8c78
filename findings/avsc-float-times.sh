#!/usr/bin/env bash
# avsc 5.7.9 for Node: Type.forValue gives every number that is not a small whole one the type float, of
# 32 bits: the milliseconds of a time come back as much as a minute off, ids that differ become one. It
# gives double to numbers beyond 2^53 alone, and never long.
# Guess: long for whole numbers and double for others, as a number of JavaScript is one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >log
npm install --silent avsc@5.7.9 >>log 2>&1 || { tail -5 log; exit 1; }

seen=$(node - <<'JS'
const { Type } = require("avsc");

const show = (value) => {
  const type = Type.forValue(value);
  return `${value} as ${type.typeName} is ${type.fromBuffer(type.toBuffer(value))}`;
};
for (const value of [2147483647, 2147483648, 5000000001, 1767261600123, 0.1, 2 ** 53]) console.log(show(value));
const event = { at: 1767261600123 };
const type = Type.forValue(event);
const read = type.fromBuffer(type.toBuffer(event));
console.log(new Date(event.at).toISOString(), "is read as", new Date(read.at).toISOString());
JS
)
expected=$(cat <<'SEEN'
2147483647 as int is 2147483647
2147483648 as float is 2147483648
5000000001 as float is 5000000000
1767261600123 as float is 1767261601792
0.1 as float is 0.10000000149011612
9007199254740992 as double is 9007199254740992
2026-01-01T10:00:00.123Z is read as 2026-01-01T10:00:01.792Z
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
