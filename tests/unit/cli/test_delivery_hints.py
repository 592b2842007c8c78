"""What commands say about rows that cannot be in the lake yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unittest.mock import MagicMock

import pytest
from typer.testing import CliRunner

from firelake.aws.clients import AwsClients
from firelake.cli.app import app
from firelake.laptop.produced import Produced
from tests.fakes.athena_client import FakeAnswer, FakeAthena

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

DAY_S = 86_400
END_OF_2099_S = 4_102_444_799
COST = "1 row, 12,345 bytes scanned, 1.5 s, query query-0\n"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FIRELAKE_STATE", str(tmp_path))
    monkeypatch.setenv("FIRELAKE_STREAM", "events")
    monkeypatch.setenv("FIRELAKE_SETTLE_S", str(DAY_S))
    monkeypatch.setenv("FIRELAKE_DATABASE", "a_lake")
    monkeypatch.setenv("FIRELAKE_WORKGROUP", "analysts")


def produce(folder: Path, code: str | None = None) -> Result:
    """One event by the command, which Kinesis takes unless there is a code."""
    file = folder / "events.jsonl"
    file.write_text('{"event_uuid": "1", "event_name": "a:b", "created_at": 1700000000.5}')
    kinesis = MagicMock()
    answer = {"ErrorCode": code} if code else {"SequenceNumber": "1"}
    kinesis.put_records.return_value = {"Records": [answer]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AwsClients, "kinesis_puts", MagicMock(return_value=kinesis))
        return CliRunner().invoke(app, ["produce", str(file), "--patience", "0"])


def query(*arguments: str) -> Result:
    answer = FakeAnswer(columns=[("n", "bigint")], rows=[["0"]])
    athena = FakeAthena(lambda _sql, _parameters: answer)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AwsClients, "athena", MagicMock(return_value=athena))
        return CliRunner().invoke(app, ["query", "SELECT 1", *arguments])


def test_a_producer_says_by_when_to_expect_the_rows_and_a_query_says_it_too(
    tmp_path: Path,
) -> None:
    produced = produce(tmp_path)
    assert produced.exit_code == 0
    told = re.search(
        r"^expect all of their rows by (\d\d:\d\d:\d\d UTC), 86,400 s from now: Firehose gathers"
        r" events before it writes a file$",
        produced.stderr,
        re.MULTILINE,
    )
    assert told is not None
    asked = query()
    assert asked.stderr == (
        f"{COST}rows of events that were produced here lately may still be on their way: expect all"
        f" of them by {told[1]}\n"
    )


@pytest.mark.parametrize("form", ["--csv", "--json"])
def test_what_a_query_says_of_them_is_no_part_of_its_answer(form: str, tmp_path: Path) -> None:
    Produced(tmp_path / "produced.json").note("events", now_s=0, visible_s=END_OF_2099_S)
    asked = query(form)
    assert asked.stdout in ('"n"\n"0"\n', '{"n":0}\n')
    assert asked.stderr.endswith("expect all of them by 23:59:59 UTC\n")


@pytest.mark.parametrize("variable", ["FIRELAKE_STREAM", "FIRELAKE_STATE"])
def test_a_query_that_knows_of_no_producer_says_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    Produced(tmp_path / "produced.json").note("events", now_s=0, visible_s=END_OF_2099_S)
    monkeypatch.setenv(variable, str(tmp_path / "another"))
    assert query().stderr == COST


def test_where_nothing_was_sent_nothing_is_expected(tmp_path: Path) -> None:
    produced = produce(tmp_path, "ProvisionedThroughputExceededException")
    assert produced.exit_code == 1
    assert "expect" not in produced.stderr
    assert query().stderr == COST


def test_where_nobody_knows_how_long_it_takes_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("FIRELAKE_SETTLE_S")
    produced = produce(tmp_path)
    assert produced.exit_code == 0
    assert "expect" not in produced.stderr
    assert query().stderr == COST
