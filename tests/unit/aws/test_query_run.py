"""Queries in Athena: started with all that they need, awaited, stopped, and their rows fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firelake.aws.errors import QueryDeadlineError, QueryFailedError
from firelake.aws.query_run import Answer, Athena, Execution, ResultColumn
from firelake.catalog.errors import (
    QueryArgumentError,
    SqlTextError,
)
from tests.fakes.athena_client import FakeAnswer, FakeAthena

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBERS = FakeAnswer(columns=[("n", "bigint"), ("text", "varchar")], rows=[["1", "a"], ["2", None]])


class Clock:
    """Seconds that pass by sleeping alone."""

    def __init__(self, interrupt_at_s: float | None = None) -> None:
        self.now_s = 0.0
        self.sleeps_s: list[float] = []
        self._interrupt_at_s = interrupt_at_s

    def sleep(self, seconds: float) -> None:
        self.sleeps_s.append(seconds)
        self.now_s += seconds
        if self._interrupt_at_s is not None and self.now_s >= self._interrupt_at_s:
            raise KeyboardInterrupt


def athena(fake: FakeAthena, clock: Clock | None = None) -> Athena:
    clock = Clock() if clock is None else clock
    return Athena(
        fake.client,
        database="a_lake",
        workgroup="analysts",
        deadline_s=10.0,
        now_s=lambda: clock.now_s,
        sleep=clock.sleep,
    )


def answering(answer: FakeAnswer, rows_a_page: int = 1000) -> FakeAthena:
    return FakeAthena(lambda _sql, _parameters: answer, rows_a_page=rows_a_page)


def asked(fake: FakeAthena, sql: str = "SELECT 1") -> Answer:
    runner = athena(fake)
    return runner.answer(runner.run(sql))


def test_a_query_goes_to_the_workgroup_and_knows_the_database() -> None:
    fake = answering(NUMBERS)
    athena(fake).start("SELECT 1")
    assert fake.started == [
        {
            "QueryString": "SELECT 1",
            "QueryExecutionContext": {"Database": "a_lake"},
            "WorkGroup": "analysts",
        }
    ]


def test_parameters_go_beside_the_query() -> None:
    fake = answering(NUMBERS)
    athena(fake).start("SELECT ?, ?", ["'a'", "1"])
    assert fake.started[0]["ExecutionParameters"] == ["'a'", "1"]


def test_a_query_that_succeeded_tells_what_it_cost() -> None:
    assert athena(answering(NUMBERS)).run("SELECT 1") == Execution("query-0", "DML", 12_345, 1_540)


@pytest.mark.parametrize("rows_a_page", [1, 2, 3, 1000])
def test_rows_come_without_the_names_of_their_columns_however_they_are_paged(
    rows_a_page: int,
) -> None:
    answer = asked(answering(NUMBERS, rows_a_page))
    assert answer.columns == (ResultColumn("n", "bigint"), ResultColumn("text", "varchar"))
    assert list(answer.rows) == [("1", "a"), ("2", None)]


def test_a_query_without_rows_has_columns() -> None:
    answer = asked(answering(FakeAnswer(columns=[("n", "bigint")])))
    assert (answer.columns, list(answer.rows)) == ((ResultColumn("n", "bigint"),), [])


def test_a_row_that_repeats_the_names_is_a_row() -> None:
    answer = asked(answering(FakeAnswer(columns=[("a", "varchar")], rows=[["a"], ["a"]])))
    assert list(answer.rows) == [("a",), ("a",)]


@pytest.mark.parametrize("statement_type", ["UTILITY", "DDL"])
def test_the_first_row_of_a_listing_is_not_taken_for_names(statement_type: str) -> None:
    listing = FakeAnswer(
        columns=[("tab_name", "string")],
        rows=[["tab_name"], ["events"]],
        statement_type=statement_type,
    )
    assert list(asked(answering(listing)).rows) == [("tab_name",), ("events",)]


def test_an_empty_text_is_not_null() -> None:
    answer = asked(answering(FakeAnswer(columns=[("a", "varchar")], rows=[[""], [None]])))
    assert list(answer.rows) == [("",), (None,)]


def test_the_wait_begins_short_and_grows_to_a_second() -> None:
    clock = Clock()
    fake = answering(FakeAnswer(states=["QUEUED", *["RUNNING"] * 12, "SUCCEEDED"]))
    athena(fake, clock).run("SELECT 1")
    assert [round(each, 2) for each in clock.sleeps_s] == [
        *(0.1, 0.12, 0.16, 0.2, 0.24, 0.31, 0.38, 0.48, 0.6, 0.75, 0.93, 1.0, 1.0)
    ]
    assert fake.stopped == []


@pytest.mark.parametrize(
    ("state", "reason", "message"),
    [
        ("FAILED", "SYNTAX_ERROR: line 1", "query query-0 failed: SYNTAX_ERROR: line 1"),
        ("CANCELLED", "by request", "query query-0 was cancelled: by request"),
        ("FAILED", None, "query query-0 failed: for a reason that Athena does not tell"),
    ],
)
def test_a_query_that_did_not_succeed_is_an_error_with_its_id(
    state: str, reason: str | None, message: str
) -> None:
    fake = answering(FakeAnswer(states=["RUNNING", state], reason=reason))
    with pytest.raises(QueryFailedError) as caught:
        athena(fake).run("SELECT 1")
    assert (str(caught.value), caught.value.query_id) == (message, "query-0")
    assert fake.stopped == []


GONE = FakeAnswer(
    states=["FAILED"], reason="HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://a/b: NoSuchKey"
)


def in_turn(*answers: FakeAnswer) -> FakeAthena:
    left = iter(answers)
    return FakeAthena(lambda _sql, _parameters: next(left))


@pytest.mark.parametrize("sql", ["SELECT 1", "\n with a AS (SELECT 1) SELECT * FROM a"])
def test_a_query_whose_file_was_moved_meanwhile_is_asked_again(sql: str) -> None:
    fake = in_turn(GONE, GONE, NUMBERS)
    assert list(asked(fake, sql).rows) == [("1", "a"), ("2", None)]
    assert len(fake.started) == 3


def test_a_file_that_cannot_be_opened_again_and_again_is_an_error() -> None:
    fake = in_turn(GONE, GONE, GONE, GONE, NUMBERS)
    with pytest.raises(QueryFailedError, match="query-3 failed: HIVE_CANNOT_OPEN_SPLIT"):
        athena(fake).run("SELECT 1")


def test_a_statement_that_writes_is_not_repeated() -> None:
    fake = in_turn(GONE, NUMBERS)
    with pytest.raises(QueryFailedError, match="query-0 failed"):
        athena(fake).run("INSERT INTO a SELECT 1")


def test_a_query_is_stopped_at_its_deadline() -> None:
    clock = Clock()
    fake = answering(FakeAnswer(states=["RUNNING"]))
    with pytest.raises(QueryDeadlineError) as caught:
        athena(fake, clock).run("SELECT 1")
    assert str(caught.value) == (
        "query query-0 was stopped after 10 s: ask for less time, fewer columns, or raise the"
        " deadline"
    )
    assert clock.now_s == pytest.approx(10.0)
    assert fake.stopped == ["query-0"]


def test_a_query_that_ends_at_the_last_moment_is_no_error() -> None:
    # After 0.1, 0.2, 0.4, 0.8 and 8 whole seconds half a second is left.
    fake = answering(FakeAnswer(states=[*["RUNNING"] * 13, "SUCCEEDED"]))
    assert athena(fake).run("SELECT 1").query_id == "query-0"


def test_whoever_interrupts_the_wait_stops_the_query() -> None:
    fake = answering(FakeAnswer(states=["RUNNING"]))
    runner = athena(fake, Clock(interrupt_at_s=1.0))
    with pytest.raises(KeyboardInterrupt):
        runner.run("SELECT 1")
    assert fake.stopped == ["query-0"]


def test_a_query_may_have_as_many_bytes_as_athena_takes() -> None:
    fake = answering(NUMBERS)
    athena(fake).start("ü" * 131_072)
    with pytest.raises(
        QueryArgumentError, match=r"^the query has 262145 bytes: Athena takes 262144$"
    ):
        athena(fake).start("ü" * 131_072 + "x")
    assert len(fake.started) == 1


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (["1", "x" * 1025], "parameter 2 has 1025 characters: Athena takes 1 to 1024"),
        ([""], "parameter 1 has 0 characters: Athena takes 1 to 1024"),
    ],
    ids=["long", "empty"],
)
def test_a_parameter_has_as_many_characters_as_athena_takes(
    parameters: Sequence[str], message: str
) -> None:
    fake = answering(NUMBERS)
    with pytest.raises(QueryArgumentError) as caught:
        athena(fake).start("SELECT ?", parameters)
    assert str(caught.value) == message
    athena(fake).start("SELECT ?", ["x" * 1024])


def test_a_database_must_have_a_name_that_a_database_can_have() -> None:
    with pytest.raises(SqlTextError):
        Athena(answering(NUMBERS).client, database='a"b', workgroup="analysts")


@pytest.mark.parametrize(
    ("columns", "rows", "fitted"),
    [
        (
            3,
            [["event_uuid          \tstring              \t                    "], ["n\tbigint"]],
            [("event_uuid", "string", ""), ("n", "bigint", None)],
        ),
        (
            3,
            [[""], ["# Partition Information\t \t "], ["# col_name\tdata_type\tcomment"]],
            [
                ("", None, None),
                ("# Partition Information", "", ""),
                ("# col_name", "data_type", "comment"),
            ],
        ),
        (
            2,
            [["comment\tone\ttwo"], ["EXTERNAL\tTRUE"]],
            [("comment", "one\ttwo"), ("EXTERNAL", "TRUE")],
        ),
        (1, [["a\tb"]], [("a\tb",)]),
        (0, [["a", "b"], ["c"]], [("a", "b"), ("c", None)]),
        (2, [[None], []], [(None, None), (None, None)]),
    ],
    ids=["describe", "partitions", "properties", "one column", "none told", "nothing"],
)
def test_a_line_of_a_statement_has_as_many_values_as_there_are_columns(
    columns: int, rows: list[list[str | None]], fitted: list[tuple[str | None, ...]]
) -> None:
    described = FakeAnswer(
        columns=[(f"c{number}", "string") for number in range(columns)],
        rows=rows,
        statement_type="UTILITY",
    )
    runner = athena(FakeAthena(lambda _sql, _parameters: described, rows_a_page=2))
    answer = runner.answer(runner.run("DESCRIBE events"))
    assert len(answer.columns) == max(columns, len(fitted[0]))
    assert list(answer.rows) == fitted
