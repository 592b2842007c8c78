"""What a lake must have before a table is imported into it."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from firelake.catalog.erasures import Hiding
from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.contract.retention import KEPT_FOR_EVER
from firelake.history.bulk_import.errors import BulkImportError, ImportPlanError
from firelake.history.bulk_import.mapping import BY_NAME
from firelake.history.bulk_import.plan import SourceColumn, plan_import
from firelake.history.bulk_import.rows import JudgingMoment
from firelake.history.bulk_import.source_types import parse_source_type
from firelake.history.bulk_import.sql_names import parse_table
from firelake.history.bulk_import.statements import ImportStatements
from firelake.history.bulk_import.wiring import planned, require_size
from tests.helpers.athena_engines import running_engine
from tests.unit.history.imported_lake import ImportedLake
from tests.unit.history.imported_orders import CONTRACT, CONTRACT_TEXT, MAPPING, put_orders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from firelake.history.bulk_import.plan import ImportPlan


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[ImportedLake]:
    with running_engine(tmp_path, lambda: time.time_ns() // 1_000_000) as engine:
        made = ImportedLake(engine, tmp_path)
        made.deploy(CONTRACT)
        yield made


def planned_in(lake: ImportedLake) -> ImportPlan:
    clients = cast("Any", SimpleNamespace(glue=lambda: lake.client("glue")))
    ref = cast("Any", SimpleNamespace(database="db"))
    return planned(ref, clients, CONTRACT_TEXT, parse_table("db.orders"), MAPPING)


def test_a_lake_with_history_takes_a_table(lake: ImportedLake) -> None:
    put_orders(lake, [])

    assert [each.field.name for each in planned_in(lake).fields] == [
        *("order_id", "total", "paid_at", "lines", "address")
    ]


def test_a_lake_without_history_takes_none(lake: ImportedLake) -> None:
    put_orders(lake, [])
    del lake.tables["db", "events_recent"]

    with pytest.raises(
        BulkImportError, match=r"this lake has no history, into which .* set catalog\.hasHistory"
    ):
        planned_in(lake)


def test_views_that_do_not_read_history_yet_must_be_deployed_first(lake: ImportedLake) -> None:
    put_orders(lake, [])
    del lake.tables["db", "events_unique"]["Parameters"]["firelake.history_columns"]

    with pytest.raises(BulkImportError, match="or the views of it, lack address, created_at"):
        planned_in(lake)


def test_a_column_that_history_lacks_must_be_moved_and_deployed_first(lake: ImportedLake) -> None:
    put_orders(lake, [])
    columns = lake.tables["db", "events_history"]["StorageDescriptor"]["Columns"]
    columns[:] = [each for each in columns if each["Name"] != "total"]

    with pytest.raises(BulkImportError, match="lack total: run `firelake history move`, deploy"):
        planned_in(lake)


def test_a_table_that_there_is_none_of_is_told(lake: ImportedLake) -> None:
    with pytest.raises(ImportPlanError, match=r"db\.orders is no table of the Glue catalog"):
        planned_in(lake)


def statements(count: int) -> ImportStatements:
    """Those of a table of so many columns of times."""
    names = [f"field_{number}" for number in range(count)]
    fields = "".join(f'{each} = {{ type = "timestamp", description = "A." }}\n' for each in names)
    contract = parse_contract(
        f"version = 1\n[fields]\n{fields}"
        f'[events.ping]\ndescription = "A."\noptional = {json.dumps(names)}\n'
    )
    columns = [
        SourceColumn(name, glue_type, parse_source_type(glue_type))
        for name, glue_type in {
            "id": "string",
            "name": "string",
            "created_at": "timestamp",
            **dict.fromkeys(names, "string"),
        }.items()
    ]
    plan = plan_import(parse_table("own.t"), columns, contract, BY_NAME)
    return ImportStatements(
        plan, contract, Granularity.DAY, Hiding("db"), KEPT_FOR_EVER, JudgingMoment(0, 0)
    )


def test_a_statement_that_athena_does_not_take_is_refused_before_anything_is_asked() -> None:
    require_size(statements(200))

    with pytest.raises(ImportPlanError, match="Athena takes 262,144: leave columns out by"):
        require_size(statements(300))
