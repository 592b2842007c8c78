"""What backfill prints, and the file of invalid events."""

from __future__ import annotations

import io
import json
from pathlib import Path

from rich.console import Console

from firelake.contract.reasons import Reason
from firelake.formats.documents import Document
from firelake.history.backfill.reading import Invalid
from firelake.history.backfill.showing import InvalidFile, progress_bar, summary
from firelake.history.backfill.tally import Tally
from firelake.transform.diagnosis import Problem
from tests.unit.cli.fakes import FakeTime
from tests.unit.history.runs import CLOSING, T0_S

BAD = b'{"score":"\x1b[31m[bold]"}\xff'
INVALID = Invalid(
    "history.jsonl",
    Document(1234, 7, BAD, len(BAD)),
    (Problem(Reason.FIELD_TYPE, 0, "score", "an integer within 64 bits"),),
)


def shown(tally: Tally, *, is_dry_run: bool = False) -> list[str]:
    return [str(each) for each in summary(tally, CLOSING, 2.0, is_dry_run=is_dry_run)]


def test_every_count_is_told_with_what_it_means() -> None:
    tally = Tally(events=20, written=8, there=5, repeated=3, later=2, latest_s=T0_S, undone=1)
    tally.files, tally.files_bytes = 2, 3 * 1024 * 1024
    tally.count_invalid(INVALID)
    tally.add_fault("S3 is away")
    assert [line.strip() for line in shown(tally)] == [
        "20 events read (10/s), of which",
        "8 written: the lake lacked them",
        "5 there: the lake has them",
        "3 repeated: copies of another one of the input",
        "2 later: a copy may still come by the stream until 2026-01-27 12:00 UTC",
        "1 invalid: left in the input",
        "1 undone: not written, as something failed",
        "1 field_type",
        "history.jsonl, line 7 (byte 1,234): field_type: score: not an integer within 64 bits",
        "2 files, 3.0 MiB",
        "fault: S3 is away",
    ]
    assert not tally.is_complete


def test_counts_that_do_not_add_up_are_a_fault() -> None:
    assert "fault: the counts do not add up" in shown(Tally(events=2, written=1))


def test_a_dry_run_and_an_interrupted_one_say_so() -> None:
    lines = shown(Tally(events=1, written=1, is_interrupted=True), is_dry_run=True)
    assert any(line.strip().startswith("1 would be written") for line in lines)
    assert lines[-2:] == [
        "interrupted: run it again, it goes on where it was",
        "a dry run: nothing was changed",
    ]


def test_a_creation_beyond_all_calendars_is_told_without_a_date() -> None:
    lines = shown(Tally(events=1, later=1, latest_s=9e15))
    assert lines[1].strip() == "1 later: a copy may still come by the stream"


def test_invalid_events_are_written_as_json_whatever_they_hold() -> None:
    file = io.BytesIO()
    InvalidFile(Path("invalid"), file)(INVALID)
    (text,) = file.getvalue().splitlines()
    assert json.loads(text) == {
        "source": "history.jsonl",
        "line": 7,
        "problems": [
            {"reason": "field_type", "path": "score", "expected": "an integer within 64 bits"}
        ],
        "offset": 1234,
        "base64": "eyJzY29yZSI6IhtbMzFtW2JvbGRdIn3/",
    }
    assert b"\x1b" not in text


def test_where_there_is_no_terminal_a_line_tells_now_and_then() -> None:
    time, out = FakeTime(), io.StringIO()
    with progress_bar(Console(file=out), None, time.read) as show:
        for _ in range(25):
            time.sleep(1)
            show(Tally(events=100))
    assert out.getvalue().splitlines() == ["100 events read (10/s)", "100 events read (5/s)"]


def test_on_a_terminal_a_bar_moves() -> None:
    time, out = FakeTime(), io.StringIO()
    console = Console(file=out, force_terminal=True, width=100)
    with progress_bar(console, 200, time.read) as show:
        time.sleep(2)
        show(Tally(events=1000, read_bytes=100))
    assert "1,000 events read (500/s)" in out.getvalue()
