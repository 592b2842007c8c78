"""A move that is taken further call by call, as on AWS, where no call remembers another."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from firelake.history.errors import MoveError
from firelake.history.move.mover import Mover
from firelake.history.move.progress import Progress
from firelake.history.move.work import Moved, WaitFor
from firelake.history.statement import RunStatement
from tests.unit.history.fake_lake import FakeLake, KilledError, filled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.history.move.work import Work


def statements(lake: FakeLake) -> list[str]:
    """The calls that change anything, or are statements."""
    return [call for call in lake.calls if call not in {"read tables", "list"}]


def test_calls_that_know_their_progress_alone_do_what_one_process_does() -> None:
    one, calls = filled(), filled()

    assert calls.run_in_calls() == one.run()
    assert statements(calls) == statements(one)
    assert calls.now_s == one.now_s


def test_every_call_may_be_repeated_with_the_progress_of_before() -> None:
    lake = filled()
    written, rows = json.dumps(Progress.begun("a", most=31, grace_s=3600).to_json()), None
    repeated: set[str] = set()
    while True:
        progress = Progress.of_json(json.loads(written))
        work = Mover(lake.means()).advance(progress, rows)
        assert lake.shown() == {"a", "b", "c", "d"}
        if written not in repeated:
            repeated.add(written)
            continue
        written, rows = json.dumps(progress.to_json()), None
        if isinstance(work, Moved):
            break
        if isinstance(work, RunStatement):
            lake.statement(work.sql)
            rows = lake.statement(work.sql)
        else:
            lake.sleep(work.seconds)

    assert (lake.watermark, set(lake.files)) == ("2026-11-05", set())


@pytest.mark.parametrize("killed_at", range(29))
def test_calls_that_die_lose_nothing_and_the_next_run_ends_what_they_began(killed_at: int) -> None:
    lake = replace(filled(), killed_at=killed_at)

    with pytest.raises(KilledError):
        lake.run_in_calls()
    assert lake.shown() == {"a", "b", "c", "d"}

    lake.killed_at, lake.holder = -1, ""
    lake.run_in_calls()
    assert (lake.shown(), set(lake.files)) == ({"a", "b", "c", "d"}, set())


def test_an_insert_opens_a_hundred_partitions_at_most() -> None:
    class Wide(FakeLake):
        def there(self) -> dict[str, list[str]]:
            return {"2026-11-01": [f"t{number:03}" for number in range(201)]}

    lake = Wide({"one": ("2026-11-01", {"a"})})
    lake.run_in_calls()

    copies = [call.split()[2].split(",") for call in lake.calls if call.startswith("copy")]
    assert [(len(each), each[0], each[-1]) for each in copies] == [
        (100, "t000", "t099"),
        (100, "t100", "t199"),
        (1, "t200", "t200"),
    ]


def test_a_type_that_comes_between_two_inserts_keeps_none_from_being_copied() -> None:
    class Growing(FakeLake):
        def there(self) -> dict[str, list[str]]:
            has_begun = any(call.startswith("copy") for call in self.calls)
            first = ["a"] if has_begun else []
            return {"2026-11-01": [*first, *(f"t{number:03}" for number in range(150))]}

    lake = Growing({"one": ("2026-11-01", {"a"})})
    lake.run_in_calls()

    copied = [call.split()[2].split(",") for call in lake.calls if call.startswith("copy")]
    assert {each for some in copied for each in some} >= {f"t{number:03}" for number in range(150)}


def test_a_move_waits_for_a_backfill_to_end() -> None:
    lake = replace(filled(), holder="backfill")
    progress = Progress.begun("a", most=31, grace_s=0)
    mover = Mover(lake.means())
    works: list[Work] = []
    for _ in range(2):
        work = mover.advance(progress)
        while isinstance(work, RunStatement):
            work = mover.advance(progress, lake.statement(work.sql))
        works.append(work)
        lake.now_s += 60

    assert works[1] == WaitFor(60)
    assert lake.watermark == "2026-11-01"
    lake.holder = ""
    work = mover.advance(progress)
    assert work == RunStatement("ask 1 from 2026-11-01 to 2026-11-02")


def test_a_lease_that_ended_while_the_question_ran_raises_no_watermark() -> None:
    class Slow(FakeLake):
        is_lost = True

        def is_held(self, holder: str) -> bool:
            was_lost, self.is_lost = self.is_lost, False
            return not was_lost and super().is_held(holder)

    lake = Slow(filled().files)
    lake.run_in_calls()

    asked = [call.split()[-3] for call in lake.calls if call.startswith(("ask", "raise"))]
    assert asked == [
        "2026-11-01",
        "2026-11-01",
        "2026-11-02",
        "2026-11-03",
        "2026-11-04",
        "raise",
    ]


def test_a_call_without_time_removes_the_rest_by_the_next_one() -> None:
    lake = FakeLake(
        {f"{number:04}": ("2026-11-01", {"a"}) for number in range(2500)}, history={"a"}
    )
    time_left = iter([True, True, False])
    means = replace(lake.means(), has_time=lambda: next(time_left, True))
    progress = Progress.begun("a", most=31, grace_s=0)
    rows: Sequence[str] | None = None
    while not isinstance(work := Mover(means).advance(progress, rows), Moved):
        rows = lake.statement(work.sql) if isinstance(work, RunStatement) else None
        lake.now_s += 1

    assert (work.removed, lake.files) == (2500, {})
    assert lake.calls.count("prove 2026-11-01 by 1") == 2


def test_a_contract_that_changes_meanwhile_ends_the_move_before_it_loses_a_column() -> None:
    lake = filled()
    progress = Progress.begun("a", most=31, grace_s=0)
    assert isinstance(Mover(lake.means()).advance(progress), RunStatement)
    lake.columns = {"event_uuid": "string"}

    with pytest.raises(MoveError, match="the next move goes on"):
        Mover(lake.means()).advance(progress)


def test_progress_stays_small_enough_for_step_functions() -> None:
    progress = Progress.begun("f" * 32, most=366, grace_s=3600)
    progress.dts = tuple(f"2026-11-01-{number:02}" for number in range(366))
    progress.after_type = "t" * 200

    assert len(json.dumps(progress.to_json())) < 10_000
