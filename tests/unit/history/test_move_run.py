"""A run of the move, killed at every call, and what it does before anything may move."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firelake.history.move.errors import MoveError
from firelake.history.move.showing import summary
from firelake.history.move.work import Moved
from tests.unit.history.fake_lake import COLUMNS, NOW_S, FakeLake, KilledError, filled


def test_what_is_closed_moves_in_this_order() -> None:
    lake = filled()

    done = lake.run()

    assert lake.calls == [
        "read tables",
        "list",
        "list",
        "copy 2026-11-01 ping",
        "copy 2026-11-03 ping",
        "take the lease",
        "ask from 2026-11-01 to 2026-11-05",
        "raise to 2026-11-05",
        "read tables",
        "prove 2026-11-01",
        "remove one",
        "remove two",
        "prove 2026-11-03",
        "remove three",
    ]
    assert done == Moved(("2026-11-01", "2026-11-03"), "2026-11-05", removed=3)
    assert lake.now_s > NOW_S + 2 * 3600
    assert list(summary(done)) == [
        (
            "moved 2 periods, 2026-11-01 to 2026-11-03, removed 3 files; the views read files from"
            " 2026-11-05 on"
        )
    ]


@pytest.mark.parametrize("killed_at", range(14))
def test_a_run_that_is_killed_loses_nothing_and_the_next_one_ends_it(killed_at: int) -> None:
    lake = replace(filled(), killed_at=killed_at)

    with pytest.raises(KilledError):
        lake.run()
    assert lake.shown() == {"a", "b", "c", "d"}
    assert not lake.holder

    lake.killed_at = -1
    lake.calls.clear()
    lake.run()
    assert (lake.shown(), set(lake.files)) == ({"a", "b", "c", "d"}, {"open"})
    assert lake.watermark == "2026-11-05"


def test_what_backfill_brings_in_meanwhile_is_copied_before_the_watermark_is_raised() -> None:
    lake = filled()
    lake.backfilled = lambda: lake.files.update(late=("2026-11-02", {"e"}))

    assert lake.run().dts == ("2026-11-01", "2026-11-02", "2026-11-03")
    assert (lake.shown(), set(lake.files)) == ({"a", "b", "c", "d", "e"}, {"open"})


def test_what_lies_below_the_watermark_moves_too() -> None:
    lake = filled()
    lake.run()
    lake.files["late"] = ("2026-11-02", {"e"})

    assert lake.run().dts == ("2026-11-02",)
    assert (set(lake.files), "e" in lake.history) == ({"open"}, True)


def test_a_second_run_has_nothing_to_do() -> None:
    lake = filled()
    lake.run()
    lake.calls.clear()

    assert list(summary(lake.run())) == ["nothing to move: the views read files from 2026-11-05 on"]
    assert lake.calls == ["read tables", "list"]


@pytest.mark.parametrize(
    ("columns", "read", "call"),
    [
        (None, frozenset[str](), "create"),
        ({"event_uuid": "string"}, frozenset({"event_uuid"}), "add amount"),
        (COLUMNS, frozenset({"event_uuid"}), "read tables"),
    ],
    ids=["no table yet", "a new field", "not deployed yet"],
)
def test_nothing_moves_until_the_views_read_all_of_history(
    columns: dict[str, str] | None, read: frozenset[str], call: str
) -> None:
    lake = replace(filled(), columns=columns, read=read)

    assert lake.run().needs_deployment
    assert (lake.calls[-1], len(lake.files), lake.watermark) == (call, 4, "2026-11-01")


def test_a_lake_without_history_and_a_column_of_another_type_are_refused() -> None:
    with pytest.raises(MoveError, match=r"catalog\.hasHistory"):
        replace(filled(), watermark=None).run()
    with pytest.raises(MoveError, match="another type than events: amount"):
        replace(filled(), columns={**COLUMNS, "amount": "bigint"}).run()


def test_a_file_stays_where_a_deployment_has_put_the_watermark_back() -> None:
    class Deployed(FakeLake):
        def raise_watermark(self, end: str) -> None:
            super().raise_watermark(end)
            self.backfilled = lambda: setattr(self, "watermark", "2026-11-01")

    lake = Deployed(filled().files)

    assert lake.run().removed == 0
    assert len(lake.files) == 4
