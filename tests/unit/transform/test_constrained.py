"""Events that break a constraint are refused with the field and what it should have been."""

from __future__ import annotations

import json

import pytest

from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.transform.events import EventReader, RecordPosition
from firelake.transform.restore import RowRestorer

CONTRACT = parse_contract(
    """
version = 1
[every_event]
required = ["tenant"]
[fields]
tenant = { type = "bigint", min = 1, description = "Whose." }
plan = { type = "string", enum = ["free", "pro"], description = "Paid." }
size = { type = "bigint", enum = [36, 38], description = "Shoe." }
share = { type = "double", min = 0, max = 1, description = "Part." }
name = { type = "string", max_length = 3, description = "Called." }
code = { type = "string", pattern = '^[a-z]+$', description = "Code." }
price = { type = "decimal(38,2)", min = "0.01", max = 1e30, description = "Costs." }
day = { type = "date", min = 2020-01-01, max = 2020-12-31, description = "When." }
seen_at = { type = "timestamp", max = 2020-12-31T00:00:00.500Z, description = "Seen." }
codes = { type = "array<string>", pattern = "^[a-z]*$", description = "Codes." }
sizes = { type = "array<bigint>", max = 9, description = "Sizes." }
[events.a]
description = "An event."
optional = [
    "plan", "size", "share", "name", "code", "price", "day", "seen_at", "codes", "sizes",
]
"""
)
READER = EventReader(CONTRACT, lateness_days=None, granularity=Granularity.DAY)
POSITION = RecordPosition("s:1:0", 1_700_000_000_000)


def event_of(**members: object) -> bytes:
    common = {"event_uuid": "1", "event_name": "a", "created_at": 1_700_000_000, "tenant": 1}
    return json.dumps({**common, **members}).encode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tenant", 2**63 - 1),
        ("plan", "pro"),
        ("plan", None),
        ("size", 38),
        ("share", 1),
        ("share", 0.5),
        ("name", "\U0001f600\U0001f600\U0001f600"),
        ("code", "a" * 10_000),
        ("price", "1" + "0" * 30),
        ("price", 0.01),
        ("day", "2020-12-31"),
        ("seen_at", "2020-12-31T01:00:00.500+01:00"),
        # Its column has milliseconds, and so has the comparison.
        ("seen_at", "2020-12-31T00:00:00.5009Z"),
        ("codes", ["a", None, ""]),
        ("sizes", []),
    ],
)
def test_what_is_allowed_is_a_row_that_is_restored_to_the_same(name: str, value: object) -> None:
    reading = READER.read(event_of(**{name: value}), POSITION)
    assert reading.problems == ()
    (event,) = reading.events
    restored = RowRestorer(CONTRACT).restore(event.row)
    (again,) = READER.read(restored, POSITION).events
    assert again.row == event.row


@pytest.mark.parametrize(
    ("name", "value", "path", "expected"),
    [
        ("tenant", 0, "tenant", "an integer within 64 bits, at least 1"),
        ("tenant", 2**63, "tenant", "an integer within 64 bits, at least 1"),
        ("plan", "Free", "plan", "a string, one of 'free', 'pro'"),
        ("size", 37, "size", "an integer within 64 bits, one of 36, 38"),
        ("share", 1.5, "share", "a finite number, at least 0.0, at most 1.0"),
        ("share", -1, "share", "a finite number, at least 0.0, at most 1.0"),
        ("name", "four", "name", "a string, at most 3 characters long"),
        ("code", "a\n", "code", "a string, matching ^[a-z]+$"),
        ("code", 7, "code", "a string, matching ^[a-z]+$"),
        (
            "price",
            f"1{'0' * 30}.01",
            "price",
            (
                "a number or numeric string that fits decimal(38,2),"
                f" at least 0.01, at most 1{'0' * 30}"
            ),
        ),
        ("day", "2021-01-01", "day", "a date yyyy-MM-dd, at least 2020-01-01, at most 2020-12-31"),
        (
            "seen_at",
            "2020-12-31T00:00:00.501Z",
            "seen_at",
            (
                "ISO 8601 with Z or an offset, or epoch seconds, of the years 1678 to 2261,"
                " at most 2020-12-31T00:00:00.500Z"
            ),
        ),
        (
            "codes",
            ["a", "B"],
            "codes[1]",
            "an array, each member null or a string, matching ^[a-z]*$",
        ),
        (
            "sizes",
            [9, 10],
            "sizes[1]",
            "an array, each member null or an integer within 64 bits, at most 9",
        ),
    ],
)
def test_what_is_not_allowed_is_refused_with_its_field(
    name: str, value: object, path: str, expected: str
) -> None:
    (problem,) = READER.read(event_of(**{name: value}), POSITION).problems
    assert (problem.reason, problem.path) == ("field_type", path)
    assert problem.expected == expected


def test_what_every_event_requires_is_missing_where_it_is_null() -> None:
    (problem,) = READER.read(event_of(tenant=None), POSITION).problems
    assert (problem.reason, problem.path) == ("field_missing", "tenant")


def test_an_event_that_the_contract_does_not_know_may_hold_anything() -> None:
    data = event_of(event_name="a:b", plan="gold")
    assert READER.read(data, POSITION).problems == ()
