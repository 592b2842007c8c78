"""Whatever Athena answers, in each form of the command and as a frame."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import pty
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pandas as pd
import pytest
from typer.testing import CliRunner

from firelake.aws.query import Lake
from firelake.cli.app import app
from tests.helpers.commands import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.queried_lake import QueriedLake

pytestmark = pytest.mark.local

UUID: Final = "12151fd2-7586-11e9-8f9e-2a86e4085a59"


@pytest.fixture
def lake(queried_lake: QueriedLake, command_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """The lake, of which the environment tells from now on."""
    del command_folder
    for name, value in queried_lake.environment.items():
        monkeypatch.setenv(name, value)
    return Lake.from_environment()


def answer(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["query", *arguments])
    assert result.exit_code == 0, result
    return result.stdout


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("DESCRIBE events", {"col_name": "event_uuid", "data_type": "string"}),
        ("DESC events_unique", {"col_name": "event_uuid", "data_type": "string"}),
        ("DESCRIBE events_raw", None),
        ("SHOW TBLPROPERTIES events", None),
        ("SHOW TABLES 'events'", {"tab_name": "events"}),
        ("SHOW VIEWS LIKE 'events_unique'", {"views": "events_unique"}),
        ("SHOW COLUMNS IN events", None),
        ("SHOW DATABASES", None),
        ("SHOW CREATE TABLE events", None),
        ("SHOW CREATE VIEW events_unique", None),
        ("EXPLAIN SELECT 1", None),
        ("SELECT 1 AS a WHERE false", {}),
    ],
)
def test_every_statement_has_one_answer_in_every_form(
    lake: Lake, statement: str, first: dict[str, str] | None
) -> None:
    rows = [json.loads(line) for line in answer(statement, "--json").splitlines()]
    names, *lines = csv.reader(io.StringIO(answer(statement, "--csv")))
    frame = lake.read_sql(statement)
    assert len(lines) == len(rows) == len(frame)
    assert list(frame.columns) == names
    assert all(list(row) == names for row in rows)
    if first is None:
        assert rows
    elif first:
        assert {name: rows[0][name] for name in first} == first
        assert frame.iloc[0][list(first)].to_dict() == first
    assert answer(statement)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("X'00ff68'", b"\x00\xffh"),
        (f"CAST('{UUID}' AS uuid)", UUID),
        ("INTERVAL '2' DAY", "2 00:00:00.000"),
        ("INTERVAL '3' MONTH", "0-3"),
        ("DATE '2026-11-22'", dt.date(2026, 11, 22)),
        ("DECIMAL '0.10'", Decimal("0.10")),
        ("TIMESTAMP '2026-11-22 10:30:00.250'", pd.Timestamp("2026-11-22T10:30:00.25")),
        ("TIMESTAMP '9999-12-31 00:00:00'", pd.Timestamp("9999-12-31T00:00:00")),
        ("TIME '10:30:00.000'", "10:30:00.000"),
        ("true", True),
        ("BIGINT '9007199254740993'", 9007199254740993),
    ],
)
@pytest.mark.parametrize("beside", ["1", "NULL"], ids=["by awswrangler", "beside an untyped null"])
def test_a_value_is_what_it_is_by_either_way_of_reading(
    lake: Lake, expression: str, value: object, beside: str
) -> None:
    frame = lake.read_sql(f"SELECT {expression} AS a, {beside} AS b")
    assert frame["a"].to_list() == [value]
    assert frame["b"].isna().to_list() == [beside == "NULL"]


@pytest.mark.parametrize("form", [["--csv"], ["--json"], []], ids=["csv", "json", "table"])
def test_a_terminal_gets_no_escape_of_an_answer_and_a_pipe_gets_all(
    lake: Lake, form: list[str]
) -> None:
    del lake
    statement = "SELECT chr(27) || '[2J' || chr(155) AS a"
    ours, terminal = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "firelake", "query", statement, *form],
        cwd=ROOT,
        stdout=terminal,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(terminal)
    shown = os.read(ours, 10_000)
    os.close(ours)
    assert done.returncode == 0, done.stderr
    assert b"[2J" in shown
    assert b"\x1b[2J" not in shown
    assert b"\xc2\x9b" not in shown
    exact = answer(statement, *form)
    if form:
        assert json.loads(exact) == {"a": "\x1b[2J\x9b"} if "--json" in form else "\x1b[2J" in exact
