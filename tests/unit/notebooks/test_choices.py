"""What the notebook chooses of a contract that it was not written for."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from firelake.contract.events import parse_contract

if TYPE_CHECKING:
    from types import ModuleType

FOLDER: Final = Path(__file__).parents[3] / "notebooks"
CONTRACT: Final = parse_contract("""\
version = 1
[fields]
version_number = { type = "bigint", description = "No text." }
release_notes = { type = "string", description = "Of one event." }
web_build = { type = "string", column = "build", description = "Of two." }
[events.a]
description = "One."
optional = ["version_number", "release_notes", "web_build"]
[events.b]
description = "Two."
optional = ["version_number", "web_build"]
""")


@pytest.fixture
def choices(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", [str(FOLDER), *sys.path])
    return import_module("choices")


def test_a_field_is_the_wished_one_or_the_commonest_text_of_such_a_name(
    choices: ModuleType,
) -> None:
    words = ("version", "release", "build")
    assert choices.named(CONTRACT, "release_notes", words) == "release_notes"
    assert choices.named(CONTRACT, "app_version", words) == "build"
    assert choices.named(CONTRACT, "session_id", ("session", "visit")) is None


def test_what_is_read_are_columns_not_names(choices: ModuleType) -> None:
    look = choices.look_at(CONTRACT, choices.Look("none", number="x"))
    assert (look.event, look.number, look.group) == ("a", "version_number", "release_notes")
    assert choices.funnel(CONTRACT, "user_id", ("app",)) == ("build", ("a", "b"))
    assert choices.columns_of(CONTRACT, ["web_build"]) == ["build"]


def test_a_map_is_no_value_and_no_array(choices: ModuleType) -> None:
    contract = parse_contract("""\
version = 1
[fields]
labels = { type = "map<string,string>", description = "A map." }
counts = { type = "map<string,bigint>", description = "A map." }
name = { type = "string", description = "A text." }
tags = { type = "array<string>", description = "An array." }
[events.a]
description = "One."
optional = ["labels", "counts", "name", "tags"]
""")
    look = choices.look_at(contract, choices.Look("none"))
    assert (look.number, look.group, look.array) == (None, "name", "tags")
