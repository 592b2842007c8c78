#!/usr/bin/env bash
# pyiceberg 0.12.0: a row is deleted and the snapshots that had it are expired; the data file that
# holds it stays in storage, and no operation of the library lists or removes it. Who has promised to
# erase a person with these two calls has hidden them.
# Guess: expire_snapshots removes the files that no snapshot needs any more, as Spark's does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -qq install 'pyiceberg[sql-sqlite,pyarrow]==0.12.0' pyarrow==26.0.0
cd "$folder"

seen=$(venv/bin/python - <<'PYTHON'
import glob, os
from datetime import datetime, timedelta
import pyarrow as pa, pyarrow.parquet as pq
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.schema import Schema
from pyiceberg.types import NestedField, StringType

here = os.getcwd()
catalog = SqlCatalog("c", uri=f"sqlite:///{here}/c.db", warehouse=f"file://{here}/w")
catalog.create_namespace("lake")
table = catalog.create_table("lake.people", Schema(NestedField(1, "id", StringType())))
table.append(pa.table({"id": ["to be erased", "stays"]}))
table.delete("id = 'to be erased'")
table.maintenance.expire_snapshots().older_than(datetime.now() + timedelta(days=1)).commit()
print(len(table.snapshots()), "snapshot,", table.scan().to_arrow()["id"].to_pylist())
for held in sorted(pq.read_table(file)["id"].to_pylist() for file in glob.glob("w/**/*.parquet", recursive=True)):
    print("in a file:", held)
PYTHON
)
expected=$(cat <<'SEEN'
1 snapshot, ['stays']
in a file: ['stays']
in a file: ['to be erased', 'stays']
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
