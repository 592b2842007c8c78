"""docs/scaling.md shows what its commands print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from firelake.cli.app import app

PAGE = Path(__file__).parents[3] / "docs" / "scaling.md"
BLOCKS = re.findall(r"```console\n\$ firelake (.*)\n((?:.*\n)*?)```", PAGE.read_text("utf-8"))
EVERY_COMMAND = re.findall(r"^firelake (plan [^#\n]*)", PAGE.read_text("utf-8"), re.MULTILINE)


def test_the_page_has_blocks_of_all_three_volumes() -> None:
    commands = " ".join(command for command, _ in BLOCKS)
    for volume in ("1000", "1000000", "1000000000"):
        assert f"--events-per-hour {volume} " in f"{commands} "


@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[command for command, _ in BLOCKS])
def test_a_block_is_lines_of_what_its_command_prints(
    command: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`python -m bench.bench_plan` and new prices change them: run the commands and paste."""
    monkeypatch.setenv("COLUMNS", "100")
    done = CliRunner().invoke(app, shlex.split(command))
    assert done.exit_code == 0, done.stderr
    printed = iter([line.rstrip() for line in done.stdout.splitlines()])
    missing = [line for line in shown.splitlines() if line not in printed]
    assert missing == []


def test_every_option_on_the_page_is_one_of_the_command() -> None:
    help_text = CliRunner().invoke(app, ["plan", "--help"], env={"COLUMNS": "200"}).stdout
    options = {
        word for command in EVERY_COMMAND for word in command.split() if word.startswith("--")
    }
    assert len(EVERY_COMMAND) >= 5
    for option in options:
        assert option in help_text
