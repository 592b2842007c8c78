"""Maps move from files into an Iceberg table with the keys and values that they had."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa

from tests.helpers.athena_engines import running_engine
from tests.unit.history.imported_lake import ImportedLake, arrow_table

if TYPE_CHECKING:
    from pathlib import Path

_arrow: Final = cast("Any", pa)
STRING: Final = _arrow.string()
PRICE: Final = _arrow.struct([("net", _arrow.decimal128(9, 2)), ("tags", _arrow.list_(STRING))])
COLUMN: Final = "map<string,struct<net:decimal(9,2),tags:array<string>>>"
ROWS: Final[list[dict[str, object]]] = [
    {"id": "1", "prices": [("DE", {"net": Decimal("0.10"), "tags": ["x", None]}), ("fr", None)]},
    {"id": "2", "prices": []},
    {"id": "3", "prices": None},
]


def test_a_map_is_the_same_in_the_table_of_history(tmp_path: Path) -> None:
    with running_engine(tmp_path, lambda: time.time_ns() // 1_000_000) as engine:
        folder = tmp_path / "files"
        folder.mkdir()
        lake = ImportedLake(engine, folder)
        schema = {"id": STRING, "prices": _arrow.map_(STRING, PRICE)}
        types = {"id": "string", "prices": COLUMN}
        lake.put_table("files", types, {"": arrow_table(schema, ROWS)})
        lake.run(
            f"CREATE TABLE db.history (id string, prices {COLUMN})"
            " LOCATION 's3://bucket/history/' TBLPROPERTIES ('table_type'='ICEBERG')"
        )
        lake.run("INSERT INTO db.history SELECT id, prices FROM db.files")
        asked = (
            "SELECT id, cardinality(prices), prices['DE'].net, element_at(prices, 'DE').tags[1],"
            " contains(map_keys(prices), 'fr'), element_at(prices, 'de') IS NULL"
            " FROM db.{} WHERE id = '1'"
        )
        expected = [("1", 2, Decimal("0.10"), "x", True, True)]
        assert lake.rows(asked.format("files")) == expected
        assert lake.rows(asked.format("history")) == expected
        every = "SELECT id, prices FROM db.{} ORDER BY id"
        assert lake.rows(every.format("history")) == lake.rows(every.format("files"))
