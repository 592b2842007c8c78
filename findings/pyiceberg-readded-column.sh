#!/usr/bin/env bash
# pyiceberg 0.12.0: values of a dropped column come back under a new column of the same name, in files
# that came by add_files. Their columns have no ids, so the table's name mapping finds them by name,
# and it gives the name to whichever column bears it now.
# Guess: columns are told by id, so the new one is NULL in old files (as in files by append).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install 'pyiceberg[sql-sqlite,pyarrow]==0.12.0' pyarrow==26.0.0
cd "$folder"

seen=$(venv/bin/python - <<'PYTHON'
import os
import pyarrow as pa, pyarrow.parquet as pq
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.schema import Schema
from pyiceberg.types import NestedField, StringType

here = os.getcwd()
catalog = SqlCatalog("c", uri=f"sqlite:///{here}/c.db", warehouse=f"file://{here}/w")
catalog.create_namespace("lake")
table = catalog.create_table(
    "lake.people", Schema(NestedField(1, "id", StringType()), NestedField(2, "note", StringType()))
)
pq.write_table(pa.table({"id": ["added"], "note": ["dropped in 2025"]}), "1.parquet")
table.add_files([f"file://{here}/1.parquet"])
table.append(pa.table({"id": ["appended"], "note": ["dropped in 2025"]}))
with table.update_schema(allow_incompatible_changes=True) as change:
    change.delete_column("note")
with table.update_schema() as change:
    change.add_column("note", StringType())
for row in sorted(table.scan().to_arrow().to_pylist(), key=lambda row: row["id"]):
    print(row)
PYTHON
)
expected=$(cat <<'SEEN'
{'id': 'added', 'note': 'dropped in 2025'}
{'id': 'appended', 'note': None}
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
