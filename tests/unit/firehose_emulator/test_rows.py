"""Tests of how a record becomes rows: facts 3.2, 3.4 and 1.7."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firehose_emulator.rows import RowReader
from firehose_emulator.settings import Conversion
from firelake.formats.columns import Column
from firelake.formats.errors import ConversionError

_COLUMNS = [Column("id", "string"), Column("n", "bigint"), Column("a_b", "string")]


def reader(**changes: Any) -> RowReader:  # noqa: ANN401 - of many types
    conversion = Conversion(
        role_arn="arn", catalog_id="1", region="us-east-1", database="d", table="t", **changes
    )
    return RowReader(_COLUMNS, conversion)


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        pytest.param(b'{"id":"a","n":1}', [{"id": "a", "n": 1}], id="one object"),
        pytest.param(b'{"id":"a","n":null}', [{"id": "a"}], id="a null"),
        pytest.param(b'{"id":"a","other":[1]}', [{"id": "a"}], id="a key that is no column"),
        pytest.param(b"{}", [dict[str, Any]()], id="no key"),
        pytest.param(b'{"ID":"a","N":"2"}', [{"id": "a", "n": 2}], id="keys in capitals"),
        pytest.param(b'{"id":"a"}{"id":"b"}', [{"id": "a"}, {"id": "b"}], id="two objects"),
        pytest.param(b'{"id":"a"}\n{"id":"b"}\n', [{"id": "a"}, {"id": "b"}], id="two lines"),
        pytest.param(b'{"id":\n"a"} \t\r\n {"id":"b"}', [{"id": "a"}, {"id": "b"}], id="spaced"),
        pytest.param(b'{"id":"a","id":"b"}', [{"id": "b"}], id="a key twice"),
    ],
)
def test_a_record_becomes_rows(data: bytes, rows: list[dict[str, Any]]) -> None:
    assert reader().rows(data) == rows


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        pytest.param(b"", "MalformedData", "The record was empty or contained only whitespace.",
                     id="nothing"),
        pytest.param(b" \n", "MalformedData", "The record was empty or contained only whitespace.",
                     id="whitespace"),
        pytest.param(b'{"id":', "ParseError",
                     "Encountered malformed JSON. Expecting value: line 1 column 7 (char 6)",
                     id="half an object"),
        pytest.param(b'{"id":"a"}x', "ParseError",
                     "Encountered malformed JSON. Expecting value: line 1 column 11 (char 10)",
                     id="text after an object"),
        pytest.param(b"5", "ParseError",
                     "Encountered malformed JSON. The input JSON contained a primitive at the top"
                     " level. The top level must be an object or array.", id="a number"),
        pytest.param(b'[{"id":"a"}]', "ParseError",
                     "Encountered malformed JSON. The input JSON contained an array at the top"
                     " level.", id="an array"),
        pytest.param(b'{"id":NaN}', "ParseError", "Encountered malformed JSON. NaN is no JSON",
                     id="no number"),
        pytest.param(b'{"n":"oops"}', "MalformedData",
                     'Data does not match the schema. For input string: "oops"', id="a misfit"),
        pytest.param(b'{"id":"a"}{"n":"oops"}', "MalformedData",
                     'Data does not match the schema. For input string: "oops"',
                     id="a misfit after a row that fits"),
        pytest.param(b"[" * 100_000, "ParseError",
                     "Encountered malformed JSON. It is nested too deeply.", id="deep nesting"),
    ],
)  # fmt: skip
def test_a_record_that_is_no_rows_fails_as_a_whole(data: bytes, code: str, message: str) -> None:
    with pytest.raises(ConversionError) as raised:
        reader().rows(data)
    assert (raised.value.code, str(raised.value)) == (f"DataFormatConversion.{code}", message)


def test_bytes_that_are_no_text_and_halves_of_characters_fail_their_record() -> None:
    for data in (b'{"id":"\xff"}', b'{"id":"\\ud800"}'):
        with pytest.raises(ConversionError, match=r"Encountered malformed JSON\."):
            reader().rows(data)


def test_keys_can_be_told_apart_by_case() -> None:
    exact = reader(case_insensitive=False)
    assert exact.rows(b'{"ID":"a","n":1}') == [{"n": 1}]


def test_a_column_can_have_another_key() -> None:
    mapped = reader(json_keys={"id": "Identity"})
    assert mapped.rows(b'{"id":"a","IDENTITY":"b"}') == [{"id": "b"}]


def test_dots_in_keys_become_underscores_where_that_is_asked_for() -> None:
    assert reader(dots_to_underscores=True).rows(b'{"a.b":"x"}') == [{"a_b": "x"}]
    assert reader().rows(b'{"a.b":"x"}') == [{}]


@given(st.binary(max_size=40))
def test_any_bytes_become_rows_or_fail_their_record(data: bytes) -> None:
    try:
        rows = reader().rows(data)
    except ConversionError as error:
        assert error.code.startswith("DataFormatConversion.")  # noqa: PT017 - both may be
    else:
        assert all(set(row) <= {"id", "n", "a_b"} for row in rows)
