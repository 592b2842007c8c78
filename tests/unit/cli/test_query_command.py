"""The command `firelake query`: what goes where, and with which exit code it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import MagicMock

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from typer.testing import CliRunner

from firelake.aws.clients import AwsClients
from firelake.cli.app import app
from tests.fakes.athena_client import FakeAnswer, FakeAthena

if TYPE_CHECKING:
    from typer.testing import Result

ANSWER = FakeAnswer(
    columns=[("event_name", "varchar"), ("n", "bigint")],
    rows=[["lesson:started", "3"], ["=x", None]],
)
COST = "12,345 bytes scanned, 1.5 s, query query-0\n"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRELAKE_DATABASE", "a_lake")
    monkeypatch.setenv("FIRELAKE_WORKGROUP", "analysts")


def run(fake: FakeAthena, *arguments: str, text: str | None = None) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AwsClients, "athena", MagicMock(return_value=fake))
        return CliRunner().invoke(app, ["query", *arguments], input=text)


def answering(answer: FakeAnswer = ANSWER) -> FakeAthena:
    return FakeAthena(lambda _sql, _parameters: answer)


def test_an_answer_is_a_table_and_its_cost_goes_to_standard_error() -> None:
    fake = answering()
    result = run(fake, "SELECT 1")
    assert result.exit_code == 0
    assert "│ lesson:started │    3 │" in result.stdout
    assert "│ =x             │ null │" in result.stdout
    assert result.stderr == f"2 rows, {COST}"
    assert fake.started == [
        {
            "QueryString": "SELECT 1",
            "QueryExecutionContext": {"Database": "a_lake"},
            "WorkGroup": "analysts",
        }
    ]


def test_csv_is_for_spreadsheets() -> None:
    result = run(answering(), "SELECT 1", "--csv")
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        '"event_name","n"\n"lesson:started","3"\n"\'=x",\n',
        f"2 rows, {COST}",
    )


def test_json_is_for_programs() -> None:
    result = run(answering(), "SELECT 1", "--json")
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        '{"event_name":"lesson:started","n":3}\n{"event_name":"=x","n":null}\n',
        f"2 rows, {COST}",
    )


def test_a_statement_can_come_by_standard_input() -> None:
    fake = answering()
    run(fake, "-", text="SELECT 2\n")
    assert fake.started[0]["QueryString"] == "SELECT 2\n"


def test_a_statement_without_an_answer_shows_no_table() -> None:
    result = run(answering(FakeAnswer(statement_type="DDL")), "DROP VIEW x")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"0 rows, {COST}")


def test_one_row_is_one_row() -> None:
    result = run(
        answering(FakeAnswer(columns=[("n", "bigint")], rows=[["1"]])), "SELECT 1", "--csv"
    )
    assert result.stderr == f"1 row, {COST}"


def test_a_long_answer_is_told_to_be_cut() -> None:
    long = FakeAnswer(columns=[("n", "bigint")], rows=[["1"]] * 1500)
    result = run(answering(long), "SELECT 1")
    assert result.stdout.count("│ 1 │") == 1000
    assert result.stderr == (
        f"these are the first 1,000 rows: --csv and --json give all\n1,000 rows, {COST}"
    )


def test_a_failed_query_is_told_with_its_id_and_no_traceback() -> None:
    failed = FakeAnswer(states=["FAILED"], reason="SYNTAX_ERROR: line 1\x1b[2J\nno [bold]column")
    result = run(answering(failed), "SELECT x")
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        "firelake: query query-0 failed: SYNTAX_ERROR: line 1\\x1b[2J\nno [bold]column\n",
    )


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            ClientError(
                {"Error": {"Code": "InvalidRequestException", "Message": "line 1:1: mismatched"}},
                "StartQueryExecution",
            ),
            "Athena refuses: line 1:1: mismatched",
        ),
        (
            EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
            'Athena cannot be asked: Could not connect to the endpoint URL: "http://127.0.0.1:1"',
        ),
    ],
    ids=["refused", "unreachable"],
)
def test_a_query_that_cannot_be_put_is_told(error: Exception, told: str) -> None:
    def refuse(_sql: str, _parameters: list[str]) -> FakeAnswer:
        raise error

    result = run(FakeAthena(refuse), "SELEC")
    assert (result.exit_code, result.stderr) == (1, f"firelake: {told}\n")


def test_an_interrupt_stops_the_query() -> None:
    fake = answering(FakeAnswer(states=["RUNNING"]))

    def interrupt(**_: object) -> dict[str, object]:
        raise KeyboardInterrupt

    fake.get_query_execution = interrupt
    result = run(fake, "SELECT 1")
    assert (result.exit_code, result.stderr) == (130, "interrupted; the query does not go on\n")
    assert fake.stopped == ["query-0"]


def test_one_form_must_be_chosen() -> None:
    fake = answering()
    result = run(fake, "SELECT 1", "--csv", "--json")
    assert (result.exit_code, result.stderr) == (2, "firelake: choose one of --csv and --json\n")
    assert fake.started == []


@pytest.mark.parametrize("name", ["FIRELAKE_DATABASE", "FIRELAKE_WORKGROUP"])
def test_the_lake_must_be_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    result = run(answering(), "SELECT 1")
    assert result.exit_code == 2
    assert name in result.stderr
