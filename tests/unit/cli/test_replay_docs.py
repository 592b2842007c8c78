"""docs/replay.md names every option and every end of replay, and no others."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import pytest

from firelake.aws.lake_ref import OUTPUT_VARIABLES
from firelake.cli.app import load_command
from firelake.failures.replay.replay import End

TEXT = (Path(__file__).parents[3] / "docs" / "replay.md").read_text("utf-8")
COMMANDS = ("errors", "replay")


def options(name: str) -> set[str]:
    """The options of a command but those that name the lake."""
    params = cast("Any", load_command(name)).params
    others = {*OUTPUT_VARIABLES.values()}
    return {p.opts[0] for p in params if p.envvar not in others and p.name != "help"}


def test_the_table_has_every_option_of_replay() -> None:
    rows = re.findall(r"^\| (`--[^|]*) \|", TEXT, re.MULTILINE)
    assert set(re.findall(r"--[a-z-]+", " ".join(rows))) == options("replay")


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_have_options_that_there_are(name: str) -> None:
    lines = re.findall(rf"^firelake {name}.*$", TEXT, re.MULTILINE)
    assert len(lines) >= 3
    used = set(re.findall(r"--[a-z-]+", " ".join(lines)))
    assert used <= options(name)


def test_the_table_has_every_end_and_tells_which_ones_leave_something_undone() -> None:
    rows = re.findall(r"^\| `([a-z]+)` \| [^|]+ \| (yes)? *\|$", TEXT, re.MULTILINE)
    assert {name: not says for name, says in rows} == {end.value: end.is_settled for end in End}
