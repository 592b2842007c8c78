"""What of a table goes where, and what cannot go, by names and types alone."""

from __future__ import annotations

import pytest

from firelake.contract.events import parse_contract
from firelake.history.bulk_import.errors import ImportPlanError
from firelake.history.bulk_import.mapping import BY_NAME, ColumnMapping, parse_mapping
from firelake.history.bulk_import.plan import ImportPlan, SourceColumn, plan_import
from firelake.history.bulk_import.showing import plan_lines
from firelake.history.bulk_import.source_types import SourceKind, SourceType, parse_source_type
from firelake.history.bulk_import.sql_names import parse_table, quoted

CONTRACT = parse_contract(
    """
version = 1
[fields]
score = { type = "double", description = "A field." }
userId = { type = "string", description = "A field.", column = "user_id", pattern = '\\bx' }
price = { type = "decimal(5,2)", description = "A field." }
place = { type = "struct<city:string,at:timestamp>", description = "A field." }
[events."lesson:started"]
description = "An event."
required = ["score"]
optional = ["userId", "price", "place"]
"""
)
TABLE = parse_table("db.old")
COMMON = {"id": "string", "name": "string", "created_at": "timestamp"}


def plan(columns: dict[str, str], mapping: ColumnMapping = BY_NAME, key: str = "") -> ImportPlan:
    found = [
        SourceColumn(name, glue_type, parse_source_type(glue_type), name == key)
        for name, glue_type in columns.items()
    ]
    return plan_import(TABLE, found, CONTRACT, mapping)


def problems(columns: dict[str, str], mapping: ColumnMapping = BY_NAME) -> list[str]:
    with pytest.raises(ImportPlanError) as raised:
        plan(columns, mapping)
    return str(raised.value).splitlines()


def test_columns_go_by_their_names_and_what_is_left_goes_into_extras() -> None:
    found = plan({**COMMON, "userid": "bigint", "score": "int", "channel": "string"})

    assert list(plan_lines(found)) == [
        "db.old into events_history:",
        "  event_uuid ← id (string)",
        "  event_name ← name (string)",
        "  created_at ← created_at (timestamp)",
        "  userId (string) ← userid (bigint)",
        "  score (double) ← score (int)",
        "  extras ← channel (string)",
        "  not checked: userId: the pattern \\bx, which asks for places of words or lines",
        "  not checked, as SQL does not tell: how deep the JSON of a text is nested, seconds of 60",
    ]


def test_a_field_that_an_event_requires_and_no_column_has_is_told() -> None:
    lines = list(plan_lines(plan(COMMON)))

    assert "  no column has score: rows of events that require one stay out" in lines


def test_a_mapping_says_what_no_name_says() -> None:
    mapping = parse_mapping(
        """
id = "Key"
fixed_name = "lesson:started"
created_at = { column = "ts", format = "us" }
columns = { points = "score" }
leave_out = ["batch"]
""",
        "m.toml",
    )
    found = plan(
        {"key": "int", "ts": "bigint", "points": "float", "batch": "uniontype<int>"}, mapping
    )

    assert list(plan_lines(found))[1:7] == [
        "  event_uuid ← key (int)",
        "  event_name ← 'lesson:started'",
        "  created_at ← ts (bigint), in us",
        "  score (double) ← points (float)",
        "  left out: batch",
        "  not checked, as SQL does not tell: how deep the JSON of a text is nested, seconds of 60",
    ]


def test_a_key_that_is_left_out_is_still_read_by() -> None:
    found = plan({**COMMON, "day": "string"}, ColumnMapping(leave_out=frozenset({"day"})), "day")

    assert [each.name for each in found.used] == [*COMMON, "day"]
    assert found.extras == ()


@pytest.mark.parametrize(
    ("columns", "mapping", "told"),
    [
        pytest.param(
            {"name": "string", "created_at": "timestamp"},
            BY_NAME,
            "db.old: which column is the id of an event? there is none; say it by id in --mapping,"
            " or call it event_uuid, id",
            id="no id",
        ),
        pytest.param(
            {**COMMON, "event_type": "string"},
            BY_NAME,
            "db.old: which column is the name of an event? several may be: name, event_type; say it"
            " by name in --mapping, or call it event_name, name, event_type",
            id="two names",
        ),
        pytest.param(
            {**COMMON, "created_at": "date"},
            BY_NAME,
            "db.old: column 'created_at' is date, and the created_at of an event must be decimal or"
            " float or integer or text or timestamp or timestamp with time zone",
            id="a time that is a day",
        ),
        pytest.param(
            {**COMMON, "price": "double"},
            BY_NAME,
            "db.old: column 'price' (double) as price: a column of float cannot be decimal(5,2):"
            " cast it in a view",
            id="a float for a decimal",
        ),
        pytest.param(
            {**COMMON, "place": "struct<city:string,at:boolean>"},
            BY_NAME,
            "db.old: column 'place' (struct<city:string,at:boolean>) as place: at: a column of"
            " boolean cannot be timestamp: cast it in a view",
            id="a member",
        ),
        pytest.param(
            {**COMMON, "more": "array<binary>"},
            BY_NAME,
            "db.old: column 'more' (array<binary>) into extras: what it holds is binary, of which"
            " there is no JSON: cast it in a view, or name it in leave_out",
            id="bytes inside",
        ),
        pytest.param(
            {**COMMON, "more": "uniontype<int,string>"},
            BY_NAME,
            "db.old: column 'more' (uniontype<int,string>) into extras: its type is not known here,"
            " or name it in leave_out",
            id="an unknown type",
        ),
        pytest.param(
            COMMON,
            ColumnMapping(columns={"nmae": "score"}),
            "db.old: it has no column 'nmae': it has created_at, id, name",
            id="no such column",
        ),
        pytest.param(
            {**COMMON, "points": "int"},
            ColumnMapping(columns={"points": "scores"}),
            "db.old: column 'points': 'scores' is no field of the contract",
            id="no such field",
        ),
        pytest.param(
            {**COMMON, "points": "int", "score": "int"},
            ColumnMapping(columns={"points": "score"}),
            "db.old: columns 'points' and 'score' are both score: leave one out, or map it to"
            " another field",
            id="two columns of a field",
        ),
        pytest.param(
            COMMON,
            ColumnMapping(time="created_at", time_format="ms"),
            "db.old: column 'created_at' is timestamp, which has no format ms: leave the format"
            " out",
            id="a format of a timestamp",
        ),
    ],
)
def test_what_cannot_go_is_refused_by_name(
    columns: dict[str, str], mapping: ColumnMapping, told: str
) -> None:
    assert told in problems(columns, mapping)


@pytest.mark.parametrize(
    ("document", "told"),
    [
        pytest.param("id = ", "m.toml is no TOML", id="no TOML"),
        pytest.param('ids = "x"', "ids is no key of a mapping: known are id, name", id="key"),
        pytest.param("id = 1", "id must be a text", id="no text"),
        pytest.param("names = { a = 1 }", "names must be a table of texts", id="no texts"),
        pytest.param('leave_out = "x"', "leave_out must be a list of columns", id="no list"),
        pytest.param(
            'name = "x"\nfixed_name = "y"', "give either name or fixed_name", id="two names"
        ),
        pytest.param(
            'names = { a = "Order Paid" }', "'Order Paid' is no name of an event", id="event name"
        ),
        pytest.param(
            'created_at = { format = "s" }', 'must be { column = "COLUMN"', id="no column"
        ),
        pytest.param(
            'created_at = { column = "t", format = "min" }',
            "'min' is no format of a time: known are s, ms, us, ns, iso8601, iso8601_utc",
            id="format",
        ),
    ],
)
def test_a_mapping_that_is_none_is_refused(document: str, told: str) -> None:
    with pytest.raises(ImportPlanError) as raised:
        parse_mapping(document, "m.toml")

    assert told in str(raised.value)


@pytest.mark.parametrize("text", ["old", "a.b.c", "", "db.", '"db.old'])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(ImportPlanError, match="is no table: write"):
        parse_table(text)


def test_names_are_quoted_whatever_they_are() -> None:
    assert parse_table('"my db"."Old-1"').sql == '"my db"."old-1"'
    assert parse_table("db.old x").sql == '"db"."old x"'
    assert quoted('a "b" --') == '"a ""b"" --"'


@pytest.mark.parametrize(
    ("glue_type", "expected"),
    [
        ("varchar(20)", SourceType(SourceKind.TEXT)),
        ("decimal(12,4)", SourceType(SourceKind.DECIMAL, 4)),
        ("decimal", SourceType(SourceKind.DECIMAL, 0)),
        ("timestamp with time zone", SourceType(SourceKind.ZONED)),
        (
            "map<string,array<int>>",
            SourceType(
                SourceKind.MAP,
                members=(
                    ("", SourceType(SourceKind.TEXT)),
                    (
                        "",
                        SourceType(
                            SourceKind.ARRAY, members=(("", SourceType(SourceKind.INTEGER)),)
                        ),
                    ),
                ),
            ),
        ),
        ("array<>", None),
        ("struct<a-b:int>", None),
        ("string; drop", None),
        ("", None),
    ],
)
def test_types_are_read_as_glue_spells_them(glue_type: str, expected: SourceType | None) -> None:
    assert parse_source_type(glue_type) == expected
