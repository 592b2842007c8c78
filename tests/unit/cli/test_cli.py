"""The command line: what is wrong with a call is told in plain words, before anything is sent."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from firelake.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path

PRODUCE = ["produce", "--stream", "events"]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRELAKE_STREAM", "FIRELAKE_GRANULARITY", "FIRELAKE_LATENESS_DAYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


def errors_of(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, [*PRODUCE, *arguments])
    assert result.stdout == ""
    return result.exit_code, result.stderr


def test_the_help_names_every_command() -> None:
    result = CliRunner().invoke(app, ["--help"])
    assert result.exit_code == 0
    assert "produce" in result.stdout


def test_the_version_is_that_of_the_project() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"firelake {version('firelake')}\n")


@pytest.mark.parametrize("arguments", [[], ["-", "--generate", "1"]], ids=["neither", "both"])
def test_it_must_be_clear_what_to_send(arguments: list[str]) -> None:
    assert errors_of(*arguments) == (
        2,
        "firelake: say what to send: either a FILE (- for standard input) or --generate N\n",
    )


def test_shares_are_of_generated_events() -> None:
    assert errors_of("-", "--late", "0.1") == (
        2,
        "firelake: shares need --generate: a file is sent as it is\n",
    )


def test_a_file_that_is_not_there_is_told_and_its_name_does_no_harm(tmp_path: Path) -> None:
    assert errors_of(str(tmp_path / "\x1b[2J[bold]")) == (
        2,
        f"firelake: '{tmp_path}/\\x1b[2J[bold]' cannot be read: No such file or directory\n",
    )


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    code, text = errors_of(str(tmp_path))
    assert (code, text) == (2, f"firelake: '{tmp_path}' cannot be read: Is a directory\n")


def test_a_broken_contract_is_told(tmp_path: Path) -> None:
    path = tmp_path / "events.toml"
    path.write_text("version = 0")
    code, text = errors_of("--generate", "1", "--contract", str(path))
    assert code == 2
    assert text.startswith("firelake: the contract cannot be used: events.toml has 2 problems:\n")
    assert text.count("\n") == 3


def test_the_stream_must_be_named() -> None:
    result = CliRunner().invoke(app, ["produce", "-"])
    assert result.exit_code == 2
    assert "FIRELAKE_STREAM" in result.stderr
