#!/usr/bin/env bash
# PyAthena 4.2.1: what an array(varchar) is in Python depends on its values: a list of texts, a list of
# numbers where all look like numbers, or one text where a value has an = in it. And a parameter that is a
# time with a zone loses the zone: 10:00 at +02:00 is asked for as 10:00.
# Guess: a list of texts for each row, or a text for each; the zone written, or the time in UTC.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install pyathena==4.2.1
cd "$folder"

seen=$(venv/bin/python - <<'PYTHON'
from datetime import datetime, timedelta, timezone

from pyathena.converter import DefaultTypeConverter
from pyathena.formatter import DefaultParameterFormatter

for athenas in ("[a, b]", "[007, 42]", "[7, 42]", "[a, b=c]"):
    print("array(varchar)", athenas, "is", repr(DefaultTypeConverter().convert("array", athenas)))
at = datetime(2026, 1, 1, 10, tzinfo=timezone(timedelta(hours=2)))
print(at.isoformat(), "is", DefaultParameterFormatter().format("SELECT %(at)s", {"at": at}))
PYTHON
)
expected=$(cat <<'SEEN'
array(varchar) [a, b] is ['a', 'b']
array(varchar) [007, 42] is ['007', '42']
array(varchar) [7, 42] is [7, 42]
array(varchar) [a, b=c] is '[a, b=c]'
2026-01-01T10:00:00+02:00 is SELECT TIMESTAMP '2026-01-01 10:00:00.000'
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
