"""What moves into history take, in round numbers, and from how many questions on they pay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firelake.plan.moves import files_of_a_type
from firelake.plan.needs import Needs
from firelake.plan.plan import make_plan
from firelake.plan.variants import paying_questions, variants, with_history
from tests.unit.plan.situations import PLAIN, situation, workload

HISTORY = {"catalog": {"hasHistory": True}}


def test_a_move_reads_rows_whole_twice_and_ids_of_the_days_that_may_have_them() -> None:
    moves = Needs(situation(**HISTORY)).moves
    assert moves is not None
    # 86.4 million rows of 500 bytes are 43.2 GB, of which ids take 17.28: copied and compacted
    # whole; by ids for the proof, and of one day of history by copy, proof and question.
    assert moves.scanned_bytes == pytest.approx(2 * 43.2e9 + 17.28e9 + 3 * 17.28e9)
    # Copied, proved, asked for, found small, compacted; snapshot, partitions again, VACUUM.
    assert moves.statements == 8
    # Three states a statement or a wait, and four: 34 a day of 30.4167.
    assert moves.transitions == pytest.approx(34 * 730 / 24)
    assert moves.invocations == pytest.approx(11 * 730 / 24)
    assert moves.get_requests == pytest.approx(6 * moves.files * 730 / 24)


def test_late_events_touch_all_days_of_the_lateness() -> None:
    moves = Needs(situation(workload(late=0.01), **HISTORY)).moves
    assert moves is not None
    assert moves.statements == 8 * 2 + 3 + 3
    assert moves.scanned_bytes == pytest.approx(2 * 43.2e9 + 17.28e9 + 17 * 17.28e9)


def test_a_statement_is_billed_ten_megabytes_at_least() -> None:
    moves = Needs(situation(workload(events_per_hour=1.0), **HISTORY)).moves
    assert moves is not None
    assert moves.scanned_bytes == 8 * 10_000_000


def test_hundred_types_more_take_one_statement_more_a_period() -> None:
    shares = (1 / 250,) * 250
    moves = Needs(situation(workload(type_shares=shares), **HISTORY)).moves
    assert moves is not None
    assert moves.statements == (3 + 1) + (1 + 1 + 3) + 3


def test_a_month_of_one_type_is_a_file_a_closed_day_and_a_few_an_open_one() -> None:
    asked = situation(workload(late=0.01), **HISTORY)
    delivery = Needs(asked).delivery
    files = files_of_a_type(asked, delivery, 30)
    # 12 days are open, and 8 moves find files for a day: 1 + … + 8, and 8 for four more.
    recent = delivery.objects_per_hour * 26 / 10
    assert files == pytest.approx(recent + 36 + 32 + 18)


def test_what_is_small_is_bounded_with_history() -> None:
    without, with_it = (Needs(each).lake for each in (situation(), situation(**HISTORY)))
    assert with_it.objects == pytest.approx(without.objects * 26 / 24 / 365)
    assert with_it.events_gb == without.events_gb


def test_the_bill_has_every_part_of_a_move() -> None:
    lines = make_plan(situation(**HISTORY)).costs
    moving = {line.dimension: line for line in lines if "move" in f"{line.dimension} {line.note}"}
    assert set(moving) == {
        "moves, invocations",
        "moves, memory by time",
        "read by moves",
        "scanned by moves",
        "state transitions",
    }
    # 155.52 GB a day at five dollars a TB.
    assert moving["scanned by moves"].dollars == pytest.approx(0.15552 * 5 * 730 / 24)
    assert moving["state transitions"].dollars == pytest.approx(34 * 730 / 24 * 0.025 / 1000)
    assert {line.dimension for line in make_plan(situation()).costs}.isdisjoint(moving)


def test_moves_pay_for_themselves_from_so_many_questions_on() -> None:
    # Files have a footer, and are many.
    small = situation(workload(events_per_hour=36_000.0), replace(PLAIN, parquet_file_bytes=36_186))
    times = paying_questions(small)
    without, with_it = make_plan(small), make_plan(with_history(small))
    # The bill takes each question 300 times: what it costs more, or saves, is for 300.
    asked = {"read by Athena", "scanned"}
    saved = sum(line.dollars for line in without.costs if line.dimension in asked) - sum(
        line.dollars for line in with_it.costs if line.dimension in asked
    )
    assert with_it.dollars - without.dollars == pytest.approx(saved * (times / 300 - 1))
    (variant,) = (each for each in variants(without) if each.name == "catalog.hasHistory true")
    assert f"pays for itself where each is asked {times:,.0f} times a month" in variant.remark


def test_who_has_history_is_not_told_to_switch_it_on() -> None:
    names = [each.name for each in variants(make_plan(situation(**HISTORY)))]
    assert "catalog.hasHistory true" not in names


def test_alarms_and_metrics_of_moves_are_billed_where_they_move_by_themselves() -> None:
    off = {"catalog": {"hasHistory": True, "historySchedule": "off"}}
    alone, by_itself = (Needs(situation(**each)).watch for each in (off, HISTORY))
    assert by_itself.metrics - alone.metrics == 5
    # Two of one alarm, and one of each of the others.
    assert by_itself.alarm_metrics - alone.alarm_metrics == 5
