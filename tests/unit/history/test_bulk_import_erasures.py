"""An import brings back nobody who has been erased, and nothing that is kept no longer."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa
import pytest

from firelake.catalog.erasures import Hiding
from firelake.catalog.tables import erasures_table
from firelake.contract.events import parse_contract
from firelake.history.bulk_import.mapping import BY_NAME
from tests.helpers.athena_engines import running_engine
from tests.unit.history.imported_lake import LAKE, ImportedLake, arrow_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_arrow: Final = cast("Any", pa)

CONTRACT: Final = parse_contract(
    """
version = 1
[retention_days]
ping = 60
[fields]
userId = { type = "string", column = "user_id", data_subject = true, description = "Account." }
[events."lesson:started"]
description = "A lesson was begun."
optional = ["userId"]
[events.ping]
description = "A device is there."
"""
)
# 2026-11-02T10:00:00Z, 18 days before the import; and 88 days before it.
RECENT_S: Final = 1_793_613_600.0
OLD_S: Final = RECENT_S - 70 * 86_400
ERASED_AT_S: Final = 1_795_000_000.0


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[ImportedLake]:
    with running_engine(tmp_path, lambda: time.time_ns() // 1_000_000) as engine:
        made = ImportedLake(engine, tmp_path)
        made.deploy(CONTRACT)
        yield made


def row(
    uuid: str, name: str, user: str | None, created_at_s: float = RECENT_S
) -> dict[str, object]:
    return {"id": uuid, "name": name, "created_at": created_at_s, "userid": user}


def put(lake: ImportedLake, *rows: dict[str, object]) -> None:
    text = _arrow.string()
    schema = {"id": text, "name": text, "created_at": _arrow.float64(), "userid": text}
    columns = {"id": "string", "name": "string", "created_at": "double", "userid": "string"}
    lake.put_table("own", columns, {"": arrow_table(schema, rows)})


def erase(lake: ImportedLake, *values: str) -> None:
    """Writes an entry of the register, as `firelake erase` does."""
    (subject,) = Hiding.of_contract("db", CONTRACT).subjects
    lines = [
        json.dumps(
            {
                "erasure": "e1",
                "field": subject.column,
                "digest": subject.digest("db", value),
                "erased_at": ERASED_AT_S,
            }
        )
        for value in values
    ]
    table = erasures_table(LAKE)
    lake.tables["db", "erasures"] = {**table, "DatabaseName": "db", "VersionId": "1"}
    location = cast("Any", table)["StorageDescriptor"]["Location"]
    lake.objects[f"{location.rstrip('/')}/e1.jsonl"] = "".join(
        f"{line}\n" for line in lines
    ).encode()


def test_rows_of_people_who_have_been_erased_are_left_out(lake: ImportedLake) -> None:
    put(
        lake,
        row("a", "lesson:started", "u1"),
        row("b", "lesson:started", "u2"),
        # Of no event of the contract, so that the field is in extras alone.
        row("c", "other:event", "u1"),
        row("d", "lesson:started", None),
        row("d", "lesson:started", None),
    )
    erase(lake, "u1", "u9")

    tally = lake.imported(lake.statements(CONTRACT, "db.own", BY_NAME))
    again = lake.imported(lake.statements(CONTRACT, "db.own", BY_NAME))

    assert (tally.rows, tally.imported, tally.erased, tally.repeated) == (5, 2, 2, 1)
    assert tally.is_complete
    assert lake.rows("SELECT event_uuid FROM events_history ORDER BY 1") == [("b",), ("d",)]
    assert (again.imported, again.there, again.erased, again.statements) == (0, 2, 2, 0)


def test_what_is_kept_no_longer_is_left_out(lake: ImportedLake) -> None:
    erase(lake)
    put(
        lake,
        row("a", "ping", None),
        row("b", "ping", None, OLD_S),
        row("c", "lesson:started", None, OLD_S),
    )

    tally = lake.imported(lake.statements(CONTRACT, "db.own", BY_NAME))

    assert (tally.rows, tally.imported, tally.expired) == (3, 2, 1)
    assert tally.is_complete
    assert lake.rows("SELECT event_uuid FROM events_history ORDER BY 1") == [("a",), ("c",)]
