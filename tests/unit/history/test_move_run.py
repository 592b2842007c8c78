"""A run of the move, killed at every call, and what it does before anything may move."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firelake.history.errors import MoveError
from firelake.history.move.showing import summary
from firelake.history.move.work import Moved
from firelake.operations.errors import LakeQueryError
from tests.unit.history.fake_lake import COLUMNS, NOW_S, FakeLake, KilledError, filled


def test_closed_and_open_periods_move_in_this_order() -> None:
    lake = filled()

    done = lake.run()

    assert lake.calls == [
        "read tables",
        "list",
        "copy 2026-11-01 ping",
        "copy 2026-11-03 ping",
        "copy 2026-11-05 ping",
        "snapshot",
        "take the lease",
        "ask 1 from 2026-11-01 to 2026-11-02",
        "take the lease",
        "ask 1 from 2026-11-02 to 2026-11-03",
        "take the lease",
        "ask 1 from 2026-11-03 to 2026-11-04",
        "take the lease",
        "ask 1 from 2026-11-04 to 2026-11-05",
        "raise to 2026-11-05",
        "read tables",
        "prove 2026-11-01 by 1",
        "remove one",
        "remove two",
        "prove 2026-11-03 by 1",
        "remove three",
        "prove 2026-11-05 by 1",
        "remove open",
        "scattered 2026-11-05",
        "vacuum",
    ]
    assert done == Moved(("2026-11-01", "2026-11-03", "2026-11-05"), "2026-11-05", removed=4)
    assert lake.now_s > NOW_S + 2 * 3600
    assert list(summary(done)) == [
        (
            "moved 3 periods, 2026-11-01 to 2026-11-05, removed 4 files; the views read files from"
            " 2026-11-05 on"
        )
    ]


@pytest.mark.parametrize("killed_at", range(20))
def test_a_run_that_is_killed_loses_nothing_and_the_next_one_ends_it(killed_at: int) -> None:
    lake = replace(filled(), killed_at=killed_at)

    with pytest.raises(KilledError):
        lake.run()
    assert lake.shown() == {"a", "b", "c", "d"}
    assert not lake.holder

    lake.killed_at = -1
    lake.calls.clear()
    lake.run()
    assert (lake.shown(), set(lake.files)) == ({"a", "b", "c", "d"}, set())
    assert lake.watermark == "2026-11-05"


def test_what_backfill_brings_in_meanwhile_is_copied_before_the_watermark_is_raised() -> None:
    lake = filled()
    lake.backfilled = lambda: lake.files.update(late=("2026-11-02", {"e"}))

    assert lake.run().dts == ("2026-11-01", "2026-11-02", "2026-11-03", "2026-11-05")
    assert (lake.shown(), set(lake.files)) == ({"a", "b", "c", "d", "e"}, set())


def test_what_lies_below_the_watermark_moves_too() -> None:
    lake = filled()
    lake.run()
    lake.files["late"] = ("2026-11-02", {"e"})

    assert lake.run().dts == ("2026-11-02",)
    assert (set(lake.files), "e" in lake.history) == (set(), True)


def test_a_second_run_moves_nothing_and_forgets_old_snapshots() -> None:
    lake = filled()
    lake.run()
    lake.calls.clear()

    assert list(summary(lake.run())) == ["nothing to move: the views read files from 2026-11-05 on"]
    assert lake.calls == ["read tables", "list", "scattered 2026-11-05", "vacuum"]


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

    assert lake.run().removed == 1
    assert set(lake.files) == {"one", "two", "three"}


def test_an_open_period_moves_though_no_period_closes_and_no_backfill_is_waited_for() -> None:
    lake = FakeLake({"open": ("2026-11-05", {"d"})}, watermark="2026-11-05", holder="backfill")

    assert lake.run() == Moved(("2026-11-05",), "2026-11-05", removed=1)
    assert (lake.shown(), lake.now_s > NOW_S + 3600) == ({"d"}, True)


def test_a_file_that_comes_after_the_copy_stays_until_the_next_run() -> None:
    lake = filled()
    lake.backfilled = lambda: lake.files.update(young=("2026-11-05", {"e"}))

    assert lake.run().removed == 4
    assert (lake.shown(), set(lake.files)) == ({"a", "b", "c", "d", "e"}, {"young"})


def test_what_history_got_while_the_run_waited_is_no_proof() -> None:
    lake = filled()

    def another_run_commits() -> None:
        lake.files["young"] = ("2026-11-05", {"e"})
        lake.history.add("e")

    lake.backfilled = another_run_commits

    assert lake.run().removed == 4
    assert set(lake.files) == {"young"}


@pytest.mark.parametrize("in_rounds", [False, True], ids=["at once", "more runs needed"])
def test_partitions_with_small_files_are_compacted_period_by_period(*, in_rounds: bool) -> None:
    lake = replace(filled(), is_optimizing_in_rounds=in_rounds)
    lake.scattered_partitions = ["2026-11-01/ping", "2026-11-01/pong", "2026-11-03/ping"]

    lake.run()

    assert lake.calls[-6:] == [
        "scattered 2026-11-05",
        "compact 2026-11-01/ping 2026-11-01/pong",
        "scattered 2026-11-05 2026-11-01/pong",
        "compact 2026-11-03/ping",
        "scattered 2026-11-05 2026-11-03/ping",
        "vacuum",
    ]


def test_vacuum_is_repeated_as_long_as_it_says_that_there_is_more() -> None:
    lake = replace(filled(), vacuums_needed=3)

    lake.run()

    assert lake.calls[-4:] == ["scattered 2026-11-05", "vacuum", "vacuum", "vacuum"]


def test_any_other_failure_of_a_statement_ends_the_run() -> None:
    class Failing(FakeLake):
        def statement(self, sql: str) -> list[str]:
            if sql == "vacuum":
                message = "failed: GENERIC_INTERNAL_ERROR"
                raise LakeQueryError(message)
            return super().statement(sql)

    with pytest.raises(LakeQueryError, match="GENERIC_INTERNAL_ERROR"):
        Failing(filled().files).run()
