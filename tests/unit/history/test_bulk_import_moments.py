"""Creation times in SQL, of each type and format, are those that a contract's sources read."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from firelake.history.bulk_import.moments import event_seconds
from firelake.history.bulk_import.source_types import parse_source_type
from firelake.transform.moments import epoch_us
from tests.helpers.athena_cases import ask, open_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from athena_on_duckdb.session import Session


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    made = open_session()
    yield made
    made.close()


def seconds(session: Session, values: Sequence[str], glue_type: str, form: str) -> list[Any]:
    """What SQL makes of values, written in SQL, of a column of a type."""
    source = parse_source_type(glue_type)
    assert source is not None
    written = ", ".join(f"({number}, {value})" for number, value in enumerate(values))
    expression = event_seconds("x", source, form)
    rows, _ = ask(session, f"SELECT {expression} FROM (VALUES {written}) AS t(n, x) ORDER BY n")  # noqa: S608
    return [value for (value,) in rows]


@pytest.mark.parametrize(
    ("glue_type", "form", "value", "expected"),
    [
        ("bigint", "", "BIGINT '1700000000'", 1_700_000_000.0),
        ("double", "s", "1.700000000123E9", 1_700_000_000.123),
        ("double", "", "nan()", None),
        ("decimal(20,6)", "s", "DECIMAL '1700000000.123456'", 1_700_000_000.123456),
        ("string", "s", "'1700000000.5'", 1_700_000_000.5),
        ("string", "s", "'17e8'", 1_700_000_000.0),
        ("string", "s", "' 1'", None),
        ("bigint", "ms", "BIGINT '1700000000123'", 1_700_000_000.123),
        ("double", "ms", "1.7000000001233E12", 1_700_000_000.1233),
        ("bigint", "us", "BIGINT '-1'", -0.000001),
        ("string", "us", "'1700000000123456.9'", 1_700_000_000.123456),
        ("bigint", "ns", "BIGINT '1700000000123456999'", 1_700_000_000.123456),
        # Cut downwards, and beyond what a bigint of microseconds holds.
        ("bigint", "ns", "BIGINT '-1'", -0.000001),
        ("double", "ms", "1E300", 1e297),
        ("timestamp", "", "TIMESTAMP '2023-11-14 22:13:20.123'", 1_700_000_000.123),
        ("timestamp", "", "TIMESTAMP '2023-11-14 22:13:20.123456'", 1_700_000_000.123456),
        (
            "timestamp with time zone",
            "",
            "TIMESTAMP '2023-11-14 23:13:20.123 +01:00'",
            1_700_000_000.123,
        ),
        ("string", "", "'2023-11-14T22:13:20.1234567Z'", 1_700_000_000.123456),
        ("string", "", "'2023-11-14T22:13:20'", None),
        ("string", "iso8601_utc", "'2023-11-14 22:13'", 1_699_999_980.0),
        ("string", "iso8601", "'2023-11-15t00:13:20,5 +0200'", 1_700_000_000.5),
        ("string", "iso8601", "'2023-11-14T22:13:20UTC'", 1_700_000_000.0),
        ("string", "iso8601", "'1969-12-31T23:59:59.999999Z'", -0.000001),
        ("string", "iso8601", "'2023-02-30T00:00:00Z'", None),
        ("string", "iso8601", "NULL", None),
    ],
)
def test_a_time_is_read_by_its_type_and_format(
    session: Session, glue_type: str, form: str, value: str, expected: float | None
) -> None:
    values = [value, "NULL"]

    assert seconds(session, values, glue_type, form) == [expected, None]


_TEXTS: Final = {
    "ms": st.one_of(
        st.integers(-(10**13), 10**13).map(str), st.decimals(-9999, 9999, places=4).map(str)
    ),
    "us": st.integers(-(10**15), 10**15).map(str),
    "ns": st.integers(-(10**18), 10**18).map(str),
    "iso8601_utc": st.tuples(
        st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001
        st.sampled_from(["", "Z", "+02", "-0530", "+23:59", "-00:01", " UTC", "z", "x", "+24"]),
        st.sampled_from(["T", " ", "t", "_"]),
    ).map(lambda each: f"{each[0].isoformat(each[2])}{each[1]}"),
}


@pytest.mark.parametrize("form", _TEXTS)
@settings(max_examples=4, deadline=None, phases=[Phase.generate])
@given(data=st.data())
def test_texts_are_the_microseconds_that_a_source_reads(
    session: Session, form: str, data: st.DataObject
) -> None:
    texts = data.draw(st.lists(_TEXTS[form], min_size=20, max_size=40))

    found = seconds(session, [f"'{text}'" for text in texts], "string", form)

    expected = [epoch_us(text, form) for text in texts]
    # As JSON has the seconds: a double, the nearest to the digits.
    in_json = [None if each is None else json.loads(f"{each}e-6") for each in expected]
    assert found == in_json
