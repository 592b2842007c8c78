"""Sizes that Glue takes: the largest passes, one more does not."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from firelake.catalog.errors import LimitError
from firelake.catalog.limits import require_limits

if TYPE_CHECKING:
    from firelake.catalog.table_input import TableInput


def table(parameter: str = "", type_: str = "string", view_text: str = "") -> TableInput:
    return {
        "Name": "wide",
        "Description": "",
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"projection.event_type.values": parameter},
        "StorageDescriptor": {
            "Columns": [{"Name": "a", "Type": type_, "Comment": ""}],
            "SerdeInfo": {"SerializationLibrary": "-"},
        },
        "ViewOriginalText": view_text,
    }


@pytest.mark.parametrize(
    "largest",
    [
        table(parameter="x" * 512_000),
        table(type_="x" * 131_072),
        table(view_text="x" * 409_600),
    ],
    ids=["parameter", "type", "view"],
)
def test_the_largest_passes_unchanged(largest: TableInput) -> None:
    assert require_limits(largest) is largest


@pytest.mark.parametrize(
    ("too_large", "what"),
    [
        (
            table(parameter="x" * 512_001),
            "parameter projection.event_type.values has 512001 characters, Glue takes 512000",
        ),
        (table(type_="x" * 131_073), "type of column a has 131073 characters, Glue takes 131072"),
        (table(view_text="x" * 409_601), "view text has 409601 characters, Glue takes 409600"),
    ],
    ids=["parameter", "type", "view"],
)
def test_one_character_more_is_refused(too_large: TableInput, what: str) -> None:
    with pytest.raises(LimitError) as caught:
        require_limits(too_large)
    assert str(caught.value) == (
        f"wide: its {what}: declare fewer fields or event types,"
        " or move rare fields into one of type json"
    )


def test_a_table_that_is_too_large_as_a_whole_is_refused() -> None:
    noise = random.Random(20261122).randbytes(500_000).hex()
    wide = table()
    wide["Parameters"] = {str(i): noise[i::4] for i in range(4)}
    require_limits(wide)
    wide["Parameters"] |= {str(i): noise[i::3] for i in range(4, 7)}
    with pytest.raises(LimitError, match=r"wide: its compressed definition has 1\d{6} bytes"):
        require_limits(wide)
