"""The command `firelake query`: its options, and how it shows what the lake answers."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated, Final

import typer

from firelake.aws.clients import AwsClients
from firelake.aws.lake_ref import Fact, LakeRef
from firelake.aws.query_run import DEADLINE_S, Athena
from firelake.cli.context import environment, with_lake
from firelake.cli.options import refuse
from firelake.cli.outcomes import INTERRUPTED
from firelake.cli.query_output import MOST_SHOWN, csv_lines, json_lines, shown
from firelake.laptop.produced import Produced
from firelake.operations.athena import athena_errors
from firelake.operations.counts import counted
from firelake.operations.moments import clock_time
from firelake.operations.terminal import output, plain, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firelake.aws.query_run import Answer

_STDIN: Final = "-"


@with_lake(Fact.DATABASE, Fact.WORKGROUP)
def query_command(
    *,
    lake: LakeRef,
    sql: Annotated[str, typer.Argument(help="One statement; - reads it from standard input.")],
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV instead of a table.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="A JSON object a row instead of a table.")
    ] = False,
    deadline: Annotated[
        float, typer.Option(min=1.0, max=86_400.0, help="Seconds after which the query is stopped.")
    ] = DEADLINE_S,
) -> None:
    """Ask the lake, in Athena's SQL: one on AWS, or the one on this machine.

    Tells on standard error what was scanned. In CSV a text that a spreadsheet would compute gets
    a ' before it; JSON is exact. Exits with 1 if Athena does not answer.
    """
    refuse(as_csv and as_json, "choose one of --csv and --json")
    statement = sys.stdin.read() if sql == _STDIN else sql
    is_empty = not statement.strip()
    refuse(is_empty, "there is no statement: give one, or - and one on standard input")
    try:
        with athena_errors():
            athena = Athena.of_lake(lake, AwsClients(), deadline_s=deadline)
            execution = athena.run(statement)
            answer = athena.answer(execution)
            count = _write(answer, as_csv=as_csv, as_json=as_json)
    except KeyboardInterrupt as error:
        say("interrupted; the query does not go on")
        raise typer.Exit(INTERRUPTED) from error
    say(
        f"{counted(count, 'row')}, {counted(execution.scanned_bytes, 'byte')} scanned,"
        f" {execution.time_ms / 1000:.1f} s, query {execution.query_id}"
    )
    _tell_what_is_on_its_way(lake)


def _tell_what_is_on_its_way(lake: LakeRef) -> None:
    if not lake.knows(Fact.STREAM):
        return
    visible_s = Produced.of_user(environment()).visible_s(lake.stream, now_s=time.time())
    if visible_s is not None:
        text = (
            "rows of events that were produced here lately may still be on their way:"
            f" expect all of them by {clock_time(visible_s)}"
        )
        say(plain(text, "yellow"))


def _write(answer: Answer, *, as_csv: bool, as_json: bool) -> int:
    is_terminal = sys.stdout.isatty()
    if as_csv:
        # The first line holds the names.
        return _write_lines(csv_lines(answer, for_terminal=is_terminal)) - 1
    if as_json:
        return _write_lines(json_lines(answer, for_terminal=is_terminal))
    console = output()
    found, count, has_more = shown(answer, console.width)
    # What makes no rows has no columns either.
    if answer.columns:
        console.print(found)
    if has_more:
        text = f"these are the first {MOST_SHOWN:,} rows: --csv and --json give all"
        say(plain(text, "yellow"))
    return count


def _write_lines(lines: Iterable[str]) -> int:
    count = 0
    for line in lines:
        sys.stdout.write(f"{line}\n")
        count += 1
    return count
