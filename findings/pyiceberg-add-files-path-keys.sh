#!/usr/bin/env bash
# pyiceberg 0.12.0: add_files of a file whose partition key is in its path alone, as Hive, Firehose
# and Athena write it, is accepted, registers the partition, and reads the key as NULL in every row.
# Guess: refused, or filled in from the path as Spark's add_files does.
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
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import NestedField, StringType

here = os.getcwd()
catalog = SqlCatalog("c", uri=f"sqlite:///{here}/c.db", warehouse=f"file://{here}/w")
catalog.create_namespace("lake")
table = catalog.create_table(
    "lake.events",
    Schema(NestedField(1, "id", StringType()), NestedField(2, "event_type", StringType())),
    partition_spec=PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "event_type")),
)
os.makedirs("in/event_type=shop")
pq.write_table(pa.table({"id": ["a"]}), "in/event_type=shop/1.parquet")
table.add_files([f"file://{here}/in/event_type=shop/1.parquet"])
print(table.scan().to_arrow().to_pylist())
print(table.scan(row_filter="event_type = 'shop'").to_arrow().num_rows, "rows of 'shop'")
PYTHON
)
expected=$(cat <<'SEEN'
[{'id': 'a', 'event_type': None}]
0 rows of 'shop'
SEEN
)

printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected the following"; printf '%s\n' "$expected"; exit 1; }
