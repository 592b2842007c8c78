"""The contract as objects."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.errors import ContractFileError
from firelake.contract.events import Event, Field, load_contract, parse_contract
from firelake.contract.facts import EVENTS_FILE
from firelake.contract.types import FieldType, Kind

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
version = 3

[every_event]
optional = ["user_id", "platform"]

[fields]
user_id = { type = "string", description = "Account." }
score = { type = "decimal(10,2)", description = "Score.", since = 3 }
platform = { type = "string", description = "Platform." }
tags = { type = "array<string>", description = "Tags." }

[events."quest:daily:completed"]
description = "Done."
required = ["score", "user_id"]
optional = ["tags"]

[events.ping]
description = "Alive."

[events."quest:started"]
description = "Begun."
"""


def test_fields_come_in_the_order_of_the_file_with_since_one_by_default() -> None:
    contract = parse_contract(TEXT)
    assert list(contract.fields.values()) == [
        Field("user_id", FieldType(Kind.STRING), "Account.", 1),
        Field("score", FieldType(Kind.DECIMAL, 10, 2), "Score.", 3),
        Field("platform", FieldType(Kind.STRING), "Platform.", 1),
        Field("tags", FieldType(Kind.STRING, is_array=True), "Tags.", 1),
    ]
    assert list(contract.fields) == ["user_id", "score", "platform", "tags"]


def test_an_event_has_its_own_fields_before_those_of_every_event_each_once() -> None:
    contract = parse_contract(TEXT)
    assert dict(contract.events) == {
        "quest:daily:completed": Event(
            "quest:daily:completed", ("score", "user_id"), ("tags", "platform"), "Done."
        ),
        "ping": Event("ping", (), ("user_id", "platform"), "Alive."),
        "quest:started": Event("quest:started", (), ("user_id", "platform"), "Begun."),
    }
    assert contract.events["quest:daily:completed"].fields == (
        "score",
        "user_id",
        "tags",
        "platform",
    )


def test_a_contract_tells_its_version_and_its_event_types_sorted() -> None:
    contract = parse_contract(TEXT)
    assert contract.version == 3
    assert contract.event_types == ("ping", "quest")


@pytest.mark.parametrize(
    ("name", "event_type", "event_subtype"),
    [
        pytest.param("ping", "ping", None, id="one-part"),
        pytest.param("quest:started", "quest", "started", id="two-parts"),
        pytest.param("quest:daily:completed", "quest", "daily", id="three-parts"),
        pytest.param("a:b:c:d", "a", "b", id="four-parts"),
    ],
)
def test_type_and_subtype_are_the_first_two_parts_of_the_name(
    name: str, event_type: str, event_subtype: str | None
) -> None:
    event = Event(name, (), (), "An event.")
    assert (event.event_type, event.event_subtype) == (event_type, event_subtype)


def test_a_contract_cannot_be_changed() -> None:
    contract = parse_contract(TEXT)
    with pytest.raises(dataclasses.FrozenInstanceError):
        contract.version = 4  # pyright: ignore[reportAttributeAccessIssue] - what is tested
    with pytest.raises(TypeError):
        contract.fields["more"] = contract.fields["score"]  # pyright: ignore[reportIndexIssue] - what is tested


def test_equal_texts_give_equal_contracts() -> None:
    assert parse_contract(TEXT) == parse_contract(TEXT)
    assert parse_contract(TEXT) != parse_contract(TEXT.replace("Alive.", "Here."))


@given(st.data())
def test_a_text_with_a_typing_error_is_a_contract_or_a_contract_file_error(
    data: st.DataObject,
) -> None:
    start = data.draw(st.integers(0, len(TEXT)))
    end = data.draw(st.integers(start, min(start + 12, len(TEXT))))
    typed = data.draw(st.text(alphabet='abz_:."[]{}=,01 \n', max_size=6))
    lines: list[int] = []
    try:
        contract = parse_contract(TEXT[:start] + typed + TEXT[end:])
    except ContractFileError as error:
        contract = None
        lines = [problem.line or 0 for problem in error.problems]
    assert (contract is None) == bool(lines)
    assert lines == sorted(lines)


def test_a_file_is_read_and_its_name_told_with_its_problems(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(TEXT, encoding="utf-8")
    assert load_contract(path) == parse_contract(TEXT)
    path.write_text(TEXT.replace("version = 3", "version = 0"), encoding="utf-8")
    with pytest.raises(ContractFileError) as raised:
        load_contract(path)
    assert str(raised.value) == (
        "mine.toml has 1 problem:\n  line 1, version: 0: must be an integer of 1 or more"
    )


def test_a_file_with_windows_line_ends_is_the_same_contract(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert load_contract(path) == parse_contract(TEXT)


def test_a_file_that_is_not_utf_8_is_refused_with_the_line_of_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"version = 1\n# caf\xe9\n")
    with pytest.raises(ContractFileError) as raised:
        load_contract(path)
    assert [str(problem) for problem in raised.value.problems] == [
        r"line 2, TOML syntax: b'\xe9': TOML is written in UTF-8: save the file as that"
    ]


def test_a_missing_file_is_told_by_the_operating_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_contract(tmp_path / "absent.toml")


def test_the_contract_of_the_lake_stands_beside_the_module() -> None:
    assert EVENTS_FILE.name == "events.toml"
    assert EVENTS_FILE.parent.name == "contract"
