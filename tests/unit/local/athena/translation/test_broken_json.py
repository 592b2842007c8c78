"""What JSON functions give of a text that is no JSON: what stands before its fault, or nothing."""

from __future__ import annotations

import pytest

from local.athena.session import Session
from local.athena.translation.parse import parse
from local.athena.translation.run import run_select
from local.athena.translation.translate import translate

TEXTS = ("no JSON", '{"a":1', "", "[1]", '{"a":1.50}', '{"a":{}}', '{"a":"t"}')


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("json_extract_scalar(text, '$.a')", [None, "1", None, None, "1.50", None, "t"]),
        ("json_array_length(text)", [None, None, None, 1, None, None, None]),
    ],
)
def test_a_text_that_is_no_json_is_null_beside_texts_that_are(
    call: str, expected: list[object]
) -> None:
    rows = ", ".join(f"({index}, '{text}')" for index, text in enumerate(TEXTS))
    query = parse(f"SELECT {call} FROM (VALUES {rows}) AS t (place, text) ORDER BY place")  # noqa: S608 -- the test's own
    session = Session.open([])
    try:
        _, table = run_select(session.cursor(), translate(query, {}))
    finally:
        session.close()
    assert table.column(0).to_pylist() == expected
