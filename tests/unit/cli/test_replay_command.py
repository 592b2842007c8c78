"""What `firelake replay` asks for, and what it tells."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from typer.testing import CliRunner

from firelake.cli.app import app
from firelake.cli.commands import replay as command
from firelake.failures.errors.lines import Place, Unreadable
from firelake.failures.replay.replay import End, Progress
from firelake.failures.replay.showing import progress_bar, summary
from firelake.operations.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STACK = {
    "FIRELAKE_BUCKET": "lake",
    "FIRELAKE_STREAM": "events",
    "FIRELAKE_DELIVERY_STREAM": "delivery",
    "FIRELAKE_CLAIMS_TABLE": "claims",
    "FIRELAKE_SETTLE_S": "211",
    "FIRELAKE_GRANULARITY": "day",
    "FIRELAKE_LATENESS_DAYS": "7",
    "FIRELAKE_DEDUPE_DAYS": "14",
    "FIRELAKE_DATABASE": "firelake_dev",
    "FIRELAKE_WORKGROUP": "firelake-dev",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}


def run(*arguments: str, without: str = "") -> tuple[int, str, str]:
    environment = {**STACK, "COLUMNS": "200"} | dict.fromkeys([without] if without else [])
    result = CliRunner().invoke(app, ["replay", *arguments], env=environment)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Progress:
    """What a run has come to, in place of a run."""
    progress = Progress()

    class Ended:
        def run(self, _items: object, show: Callable[[Progress], None]) -> Progress:
            show(progress)
            return progress

    def replay(_self: object, **_parts: object) -> Ended:
        return Ended()

    monkeypatch.setattr(command.Wiring, "replay", replay)
    return progress


def test_the_counts_are_told_and_add_up(ended: Progress) -> None:
    ended.items = 1_234
    ended.ends.update({End.SENT: 1_200, End.DONE: 30, End.LEFT: 4})
    code, shown, told = run()
    assert (code, told) == (0, "1,234 events: 1,200 sent, 30 done, 4 left\n")
    assert shown.splitlines() == [
        "    1,234 events chosen, of which",
        f"    1,200 sent: {End.SENT.meaning}",
        "       30 done: in the lake",
        "        4 left: left where it is by the fix",
    ]


@pytest.mark.parametrize("end", [End.LATER, End.REFUSED, End.UNSENT])
def test_anything_left_undone_exits_with_one(ended: Progress, end: End) -> None:
    ended.items = 1
    ended.ends[end] = 1
    code, shown, _ = run()
    assert code == 1
    assert f"1 {end}: {end.meaning}\n" in shown


def test_reasons_and_what_was_not_read_are_told(ended: Progress) -> None:
    ended.items = 3
    ended.ends[End.REFUSED] = 3
    ended.reasons.update({"too_late": 2, "uuid_reused": 1})
    ended.unread.add(Unreadable(Place("errors/\x1b", 3), "why"))
    code, shown, told = run()
    assert code == 1
    assert (
        "            2 too_late\n            1 uuid_reused\n        1 more could not be read\n"
        in shown
    )
    assert told.endswith("not read: errors/\\x1b:3: why\n")


def test_what_ended_it_early_is_told_after_the_counts(ended: Progress) -> None:
    ended.failure = OpsError("Kinesis refused")
    code, shown, told = run()
    assert code == 1
    assert shown.startswith("        0 events chosen")
    assert told.endswith("firelake: Kinesis refused\n")


def test_ctrl_c_exits_as_shells_expect(ended: Progress) -> None:
    ended.is_interrupted = True
    code, shown, _ = run()
    assert code == 130
    assert shown.endswith("interrupted: run it again, it goes on where it was\n")


def test_a_dry_run_says_that_it_is_one() -> None:
    progress = Progress(items=2)
    progress.ends[End.SENT] = 2
    assert [str(line) for line in summary(progress, is_dry_run=True)] == [
        "        2 events chosen, of which",
        "        2 to send: would be put on the stream",
        "a dry run: nothing was changed",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--raw", "2d", "1d", "--from-stream", "2d", "1d"],
            "choose one of --raw and --from-stream",
        ),
        (
            ["--raw", "2d", "1d", "--reason", "too_late"],
            "--type and --reason are of error objects: raw records and the stream have none",
        ),
        (
            ["--from-stream", "2d", "1d", "--type", "processing-failed"],
            "--type and --reason are of error objects: raw records and the stream have none",
        ),
        (
            ["--raw", "1d", "2d"],
            "there is no time between '1d' and '2d': the first must be earlier",
        ),
    ],
)
def test_options_that_contradict_each_other_are_told(arguments: list[str], message: str) -> None:
    assert run(*arguments) == (2, "", f"firelake: {message}\n")


def test_a_fix_and_a_changed_contract_are_loaded_before_anything_is_done(tmp_path: Path) -> None:
    code, _, told = run("--fix", str(tmp_path / "none.py"))
    assert (code, told) == (
        2,
        f"firelake: '{tmp_path}/none.py' is no Python file: give one with a function fix(event)\n",
    )
    (tmp_path / "events.toml").write_text("version = 0")
    code, _, told = run("--fix", str(tmp_path / "events.toml"))
    assert code == 2
    assert told.startswith("firelake: the contract cannot be used: ")


@pytest.mark.parametrize("name", ["FIRELAKE_SETTLE_S", "FIRELAKE_GRANULARITY", "FIRELAKE_BUCKET"])
def test_nothing_of_the_stack_is_guessed(name: str) -> None:
    code, _, told = run(without=name)
    assert code == 2
    assert name in told


def bar(progress: Progress, *, is_dry_run: bool) -> str:
    text = StringIO()
    console = Console(file=text, force_terminal=True, width=200)
    with progress_bar(console, is_dry_run=is_dry_run) as show:
        show(progress)
    return text.getvalue()


def test_a_terminal_gets_a_bar() -> None:
    progress = Progress(items=7)
    progress.ends[End.DONE] = 7
    assert "7 events: 7 done" in bar(progress, is_dry_run=False)


def test_a_dry_run_says_nowhere_that_anything_was_sent() -> None:
    progress = Progress(items=7)
    progress.ends[End.SENT] = 7
    assert "7 events: 7 sent" in bar(progress, is_dry_run=False)
    assert "7 events: 7 to send" in bar(progress, is_dry_run=True)
