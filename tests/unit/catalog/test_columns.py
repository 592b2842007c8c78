"""Columns of `events` and of the typed views, and their comments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.catalog.columns import (
    MAX_COMMENT_BYTES,
    cut_text,
    event_columns,
    events_columns,
    partition_columns,
)
from firelake.contract.layout import Granularity
from firelake.contract.names import PARTITION_KEYS
from tests.helpers.contracts import LEARNING
from tests.unit.catalog.samples import CONTRACT


def test_the_columns_of_events_come_in_the_order_of_the_design() -> None:
    assert [(each.name, each.glue_type, each.presto_type) for each in events_columns(CONTRACT)] == [
        ("event_uuid", "string", "varchar"),
        ("event_name", "string", "varchar"),
        ("event_subtype", "string", "varchar"),
        ("created_at", "double", "double"),
        ("created_datetime", "timestamp", "timestamp(3)"),
        ("ingested_at", "timestamp", "timestamp(3)"),
        ("stream_position", "string", "varchar"),
        ("user_id", "string", "varchar"),
        ("order_id", "string", "varchar"),
        ("item_count", "bigint", "bigint"),
        ("score", "double", "double"),
        ("is_gift", "boolean", "boolean"),
        ("amount", "decimal(12,2)", "decimal(12,2)"),
        ("paid_at", "timestamp", "timestamp(3)"),
        ("due_date", "date", "date"),
        ("tags", "array<string>", "array(varchar)"),
        ("line_amounts", "array<decimal(12,2)>", "array(decimal(12,2))"),
        ("response", "string", "varchar"),
        ("extras", "string", "varchar"),
    ]


def test_the_columns_of_an_event_are_its_own_fields_and_those_of_every_event() -> None:
    columns = event_columns(CONTRACT, CONTRACT.events["payment:declined"])
    assert [each.name for each in columns] == [
        "event_uuid",
        "event_name",
        "event_subtype",
        "created_at",
        "created_datetime",
        "ingested_at",
        "stream_position",
        "order_id",
        "score",
        "due_date",
        "user_id",
        "extras",
    ]


@pytest.mark.parametrize("event_name", LEARNING.events)
def test_a_column_of_a_view_is_one_of_the_table(event_name: str) -> None:
    columns = event_columns(LEARNING, LEARNING.events[event_name])
    assert set(columns) <= set(events_columns(LEARNING))


def test_no_column_bears_the_name_of_a_partition_key_or_of_another_column() -> None:
    names = [each.name for each in events_columns(LEARNING)]
    assert set(names).isdisjoint(PARTITION_KEYS)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("granularity", "form"),
    [
        (Granularity.MONTH, "yyyy-MM"),
        (Granularity.DAY, "yyyy-MM-dd"),
        (Granularity.HOUR, "yyyy-MM-dd-HH"),
    ],
)
def test_the_partition_keys_tell_their_form(granularity: Granularity, form: str) -> None:
    columns = partition_columns(granularity)
    assert [(each.name, each.glue_type) for each in columns] == [
        ("event_type", "string"),
        ("dt", "string"),
    ]
    assert columns[1].comment == f"When the event happened, in UTC, as {form}."


def test_a_comment_is_the_description_and_a_hint_where_text_holds_json() -> None:
    comments = {each.name: each.comment for each in events_columns(CONTRACT)}
    assert comments["amount"] == "Amount, tax included."
    assert comments["response"] == "JSON text. Answer of the provider."


def test_no_comment_of_the_shipped_contract_is_cut() -> None:
    columns = (*events_columns(LEARNING), *partition_columns(Granularity.DAY))
    assert [each.comment for each in columns if each.comment.endswith("…")] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("short enough", "short enough"),
        ("exactly twenty bytes", "exactly twenty bytes"),
        ("after a whole word, please", "after a whole…"),
        ("ends at a borders xyz", "ends at a borders…"),
        ("ends at a border, xyz", "ends at a border…"),
        ("Donaudampfschifffahrt", "Donaudampfschifff…"),
        ("aéééééééééééééééééééé", "aéééééééé…"),
        ("two\nlines\tand\x00more", "two lines and more"),
        ("  spaces   around  ", "spaces around"),
        ("", ""),
    ],
    ids=[
        "short",
        "exact",
        "words",
        "word-fits-exactly",
        "punctuation",
        "one-word",
        "inside-a-character",
        "control",
        "spaces",
        "empty",
    ],
)
def test_a_text_is_cut_to_twenty_bytes_after_a_word(text: str, expected: str) -> None:
    assert cut_text(text, 20) == expected


@given(st.text(min_size=1, max_size=600))
def test_glue_takes_whatever_becomes_of_a_text(text: str) -> None:
    comment = cut_text(text.encode(errors="ignore").decode(), MAX_COMMENT_BYTES)
    assert len(comment.encode()) <= 255
    assert comment.isprintable()
    assert comment == cut_text(comment, MAX_COMMENT_BYTES)
