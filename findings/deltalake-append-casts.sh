#!/usr/bin/env bash
# deltalake 1.6.6: an append of other types than the table's is cast without a word where values change:
# 1.9 becomes 1, 1.119 becomes 1.12, '7' becomes 7. What could not change, a decimal(10,3) of 1.110
# into decimal(10,2), is refused, as is a number beyond the column's.
# Guess: an append takes the table's types alone, or widens; a fraction lost is an error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install deltalake==1.6.6 pyarrow==26.0.0
cd "$folder"

seen=$(venv/bin/python - <<'PYTHON'
from decimal import Decimal

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

cents = pa.decimal128(10, 2)
for number, (kept, given) in enumerate((
    (pa.int64(), pa.array([1.9])),
    (pa.int64(), pa.array(["7"])),
    (cents, pa.array([1.119])),
    (cents, pa.array([Decimal("1.110")], pa.decimal128(10, 3))),
    (pa.int32(), pa.array([2**40])),
)):
    name = f"table{number}"
    write_deltalake(name, pa.table({"x": pa.array([], kept)}))
    try:
        write_deltalake(name, pa.table({"x": given}), mode="append")
        result = DeltaTable(name).to_pyarrow_table()["x"].to_pylist()
    except Exception:
        result = "refused"
    print(kept, "takes", given.type, given[0], "as", result)
PYTHON
)
expected=$(cat <<'SEEN'
int64 takes double 1.9 as [1]
int64 takes string 7 as [7]
decimal128(10, 2) takes double 1.119 as [Decimal('1.12')]
decimal128(10, 2) takes decimal128(10, 3) 1.110 as refused
int32 takes int64 1099511627776 as refused
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
