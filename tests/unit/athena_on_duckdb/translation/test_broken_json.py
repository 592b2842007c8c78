"""What JSON functions give of a text that is no JSON: what stands before its fault, or nothing."""

from __future__ import annotations

import pytest

from athena_on_duckdb.session import Session
from athena_on_duckdb.translation.parse import parse
from athena_on_duckdb.translation.run import run_select
from athena_on_duckdb.translation.translate import translate

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


# As deep as the function takes an event.
DEEP = '{"a":' + '{"b":[' * 199 + "1" + "]}" * 199 + "}"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("json_format(json_parse(text))", DEEP),
        ("json_format(CAST(json_parse(text) AS map(varchar, json))['a'])", DEEP[5:-1]),
        ("json_format(json_extract(text, '$.a.b[0].b'))", DEEP[16:-4]),
        ("json_query(text, 'lax $.a')", DEEP[5:-1]),
        ("json_size(text, '$.a')", 1),
    ],
)
def test_json_is_read_as_deep_as_events_are(call: str, expected: object) -> None:
    session = Session.open([])
    query = parse(f"SELECT {call} FROM (VALUES '{DEEP}') AS t (text)")  # noqa: S608 -- the test's own
    try:
        _, table = run_select(session.cursor(), translate(query, {}))
    finally:
        session.close()
    assert table.column(0).to_pylist() == [expected]


def test_a_text_that_cannot_be_parsed_is_left_out_by_try_and_the_others_are_read() -> None:
    deeper = '{"a":' + "[" * 100_000 + "]" * 100_000 + "}"
    texts = [*TEXTS, deeper]
    rows = ", ".join(f"({index}, '{text}')" for index, text in enumerate(texts))
    call = "TRY(CAST(json_parse(text) AS map(varchar, json)))"
    query = parse(
        f"SELECT place FROM (VALUES {rows}) AS t (place, text)"  # noqa: S608 -- the test's own
        f" WHERE {call} IS NOT NULL ORDER BY place"
    )
    session = Session.open([])
    try:
        _, table = run_select(session.cursor(), translate(query, {}))
    finally:
        session.close()
    assert table.column(0).to_pylist() == [4, 5, 6]
