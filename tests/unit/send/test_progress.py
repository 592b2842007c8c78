"""What a producer shows: counts at the end, a bar on a terminal and lines elsewhere."""

from __future__ import annotations

import io
from collections import Counter

from rich.console import Console

from firelake.operations.errors import StreamError
from firelake.send.produce import Production
from firelake.send.progress import progress, summary
from firelake.send.put import Tally
from firelake.send.records import Outgoing
from tests.unit.cli.fakes import FakeTime


def lines(production: Production, elapsed_s: float = 2.0) -> list[str]:
    return [line.plain for line in summary(production, elapsed_s)]


def test_the_summary_counts_sent_retried_and_refused() -> None:
    tally = Tally(30, 1_234, 5, 7, Counter({"Throttled": 4, "InternalFailure": 8}))
    assert lines(Production(tally)) == [
        "sent     1,234 events in 30 records (617/s)",
        "retried  5 records (InternalFailure 8, Throttled 4)",
        "refused  7 events",
    ]


def test_the_summary_of_one_is_in_the_singular() -> None:
    assert lines(Production(Tally(1, 1, 1, 1))) == [
        "sent     1 event in 1 record (0/s)",
        "retried  1 record",
        "refused  1 event",
    ]


def test_the_summary_of_nothing_is_all_zeros() -> None:
    assert lines(Production(), 0.0) == [
        "sent     0 events in 0 records (0/s)",
        "retried  0 records",
        "refused  0 events",
    ]


def test_the_summary_tells_what_was_left_and_why_it_stopped() -> None:
    failure = StreamError("no such stream \x1b[2J")
    production = Production(Tally(refused=1, failure=failure), is_interrupted=True)
    for number in range(22):
        production.leave(Outgoing(b"", place=f"line {number}"), "it is no JSON \x1b")
    assert lines(production)[2:] == [
        "refused  1 event",
        "left     22 of the input that cannot be sent:",
        *(rf"         line {number}: it is no JSON \x1b" for number in range(20)),
        "         and 2 more",
        r"stopped, the rest was not sent: no such stream \x1b[2J",
        "interrupted, the rest was not sent",
    ]


def test_without_a_terminal_there_is_a_line_every_ten_seconds() -> None:
    printed, time = io.StringIO(), FakeTime()
    with progress(Console(file=printed), 100, time.read) as show:
        for events in range(0, 2_500, 100):
            show(Production(Tally(events=events)))
            time.now_s += 1
    assert printed.getvalue() == "1,000 events sent\n2,000 events sent\n"


def test_on_a_terminal_there_is_a_bar_with_count_and_rate() -> None:
    printed, time = io.StringIO(), FakeTime()
    console = Console(file=printed, force_terminal=True, width=100, color_system=None)
    with progress(console, 2_000, time.read) as show:
        time.now_s += 2
        show(Production(Tally(events=1_500, retried=3)))
    assert "1500/2000 750/s 3 retried" in printed.getvalue()
