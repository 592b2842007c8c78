"""The table must have every column of the contract before anything is brought in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from firelake.contract.events import parse_contract
from firelake.formats.columns import Column
from firelake.history.backfill.columns import read_table
from firelake.history.backfill.errors import LakeError
from firelake.history.backfill.rows import columns_of
from tests.unit.history.runs import CONTRACT_TEXT

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

CONTRACT = parse_contract(CONTRACT_TEXT)
COLUMNS = columns_of(CONTRACT)


def glue(*columns: Column) -> GlueClient:
    class Glue:
        def get_table(self, **asked: str) -> dict[str, Any]:
            assert asked == {"DatabaseName": "lake", "Name": "events"}
            described = [{"Name": column.name, "Type": column.type} for column in columns]
            parameters = {"projection.dt.range": "2026-01-01,NOW+1DAYS"}
            table = {"StorageDescriptor": {"Columns": described}, "Parameters": parameters}
            return {"Table": table}

    return cast("GlueClient", Glue())


def test_a_table_may_have_more_than_the_contract() -> None:
    columns = (*COLUMNS, Column("older", "string"))
    table = read_table(glue(*columns), "lake", CONTRACT)
    assert (table.columns, table.first_dt) == (columns, "2026-01-01")


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param([each for each in COLUMNS if each.name != "score"], id="it lacks one"),
        pytest.param(
            [
                Column(each.name, "double" if each.name == "score" else each.type)
                for each in COLUMNS
            ],
            id="one has another type",
        ),
    ],
)
def test_a_table_that_would_lose_a_field_is_refused(columns: list[Column]) -> None:
    with pytest.raises(LakeError, match=r"lake\.events lacks columns of the contract.* score;"):
        read_table(glue(*columns), "lake", CONTRACT)
