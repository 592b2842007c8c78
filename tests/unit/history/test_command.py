"""The options of `firelake backfill` that make no sense are refused before anything is done."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from firelake.cli.app import app

STACK = {
    "FIRELAKE_BUCKET": "lake",
    "FIRELAKE_DATABASE": "lake",
    "FIRELAKE_CLAIMS_TABLE": "claims",
    "FIRELAKE_GRANULARITY": "day",
    "FIRELAKE_LATENESS_DAYS": "7",
    "FIRELAKE_DEDUPE_DAYS": "14",
    "FIRELAKE_RETENTION_HOURS": "72",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}


def run(*arguments: str, **environment: str | None) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["backfill", *arguments], env={**STACK, **environment})
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        pytest.param([], "say what to bring in", id="nothing to bring in"),
        pytest.param(["x", "--type", "a"], "it needs --errors", id="a type of no error objects"),
        pytest.param(["no-such-file"], "'no-such-file' is no file", id="no such file"),
        pytest.param(["--raw", "then", "now"], "'then' is no time", id="no time"),
        pytest.param(["x", "--from-table", "db.t"], "go together", id="a table and a file"),
        pytest.param(["--left-out", "x.sql"], "--from-table", id="left out of no table"),
        pytest.param(["--mapping", "x.toml", "x"], "--from-table", id="a mapping of no table"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: list[str], why: str) -> None:
    code, output = run(*arguments)
    assert code == 2
    assert why in output


def test_without_a_stack_it_says_which_variable_is_missing() -> None:
    code, output = run("x", FIRELAKE_RETENTION_HOURS=None)
    assert code == 2
    assert "--retention-hours" in output
