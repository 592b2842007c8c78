"""Replay with a fix: whatever it gives each time, an event that failed becomes one row."""

from __future__ import annotations

import json

import pytest

from firelake.failures.errors.lines import Place
from firelake.failures.replay.fix import Fix
from firelake.failures.replay.items import Item
from firelake.failures.replay.replay import End
from tests.helpers.transform_parts import contract_of, reader_of
from tests.unit.failures.replay.replay_runs import Drawing, deliver, ends, failed, run
from tests.unit.failures.replay.simulated_lake import SETTLE_MS, Fate, Killed, SimulatedLake


def test_a_fix_is_applied_first_and_its_outcome_is_known_without_it_later() -> None:
    lake = SimulatedLake()
    lake = failed(Fate.FAIL, lake.event("u-1", amount="7"), lake.event("u-2", amount="no"))

    def mend(event: dict[str, object]) -> dict[str, object] | None:
        return None if event["amount"] == "no" else {**event, "amount": 7}

    assert ends(run(lake, Fix(mend))) == {End.SENT: 1, End.LEFT: 1}
    assert [json.loads(event)["amount"] for event in lake.sent] == [7]
    deliver(lake)
    lake.now_ms += SETTLE_MS + 1
    assert ends(run(lake)) == {End.DONE: 1, End.REFUSED: 1}


def nameless(count: int) -> SimulatedLake:
    """A lake in which events without an id failed."""
    lake = SimulatedLake()
    events = [
        json.dumps({"event_name": "thing:done", "created_at": lake.now_ms / 1000 - 60, "amount": n})
        for n in range(count)
    ]
    return failed(Fate.DELIVER, *(event.encode() for event in events))


def test_an_event_is_sent_under_the_id_that_a_fix_drew_first_and_never_under_another() -> None:
    lake = nameless(20)
    fix = Drawing(lake)
    assert ends(run(lake, Fix(fix))) == {End.SENT: 20}
    for _ in range(2):
        deliver(lake)
        lake.now_ms += SETTLE_MS + 1
        assert ends(run(lake, Fix(fix))) == {End.DONE: 20}
    assert lake.row_counts() == {f"drawn-{number}": 1 for number in range(1, 21)}
    assert fix.runs == 20


def test_a_fix_that_sets_the_time_to_now_leads_to_one_row_and_to_an_end() -> None:
    lake = failed(Fate.FAIL, SimulatedLake().event("u-1", created_at="yesterday"))
    fix = Fix(Drawing(lake, always=True))
    assert ends(run(lake, fix)) == {End.SENT: 1}
    deliver(lake)
    lake.now_ms += SETTLE_MS + 1
    assert ends(run(lake, fix)) == {End.DONE: 1}
    assert lake.row_counts() == {"u-1": 1}


@pytest.mark.parametrize("kill_at", [(call, after) for call in range(1, 4) for after in (0, 1)])
def test_a_run_that_is_killed_between_receipt_and_send_leaves_one_identity(
    kill_at: tuple[int, int],
) -> None:
    lake = nameless(3)
    fix = Fix(Drawing(lake))
    lake.kill_at = kill_at[0], bool(kill_at[1])
    with pytest.raises(Killed):
        run(lake, fix)
    lake.kill_at = None
    assert ends(run(lake, fix)) == {End.SENT: 3}
    deliver(lake)
    lake.now_ms += SETTLE_MS + 1
    assert ends(run(lake)) == {End.DONE: 3}
    assert len(lake.row_counts()) == lake.row_counts().total() == 3


@pytest.mark.parametrize("call", [1, 2, 3])
def test_two_runs_at_once_send_one_identity(call: int) -> None:
    lake = nameless(3)
    fix = Fix(Drawing(lake))
    lake.at_call[call] = lambda: lake.replay(fix).run(lake.items(), lambda _: None)
    first = run(lake, fix)
    assert ends(first) == {End.SENT: 3} if call == 3 else {End.LATER: 3}
    deliver(lake)
    lake.now_ms += SETTLE_MS + 1
    assert ends(run(lake, fix)) == {End.DONE: 3}
    assert len(lake.row_counts()) == lake.row_counts().total() == 3


def test_a_fix_may_mend_what_was_sent_before_but_not_make_another_event_of_it() -> None:
    lake = nameless(1)
    run(lake, Fix(Drawing(lake)))
    lake.pending.clear()
    lake.reader = reader_of(contract_of({"amount": "string"}, required=["amount"]))
    assert ends(run(lake)) == {End.REFUSED: 1}
    other = run(lake, Fix(lambda event: {**event, "amount": "0", "event_uuid": "another"}))
    assert (ends(other), other.reasons) == ({End.REFUSED: 1}, {"identity_changed": 1})
    assert ends(run(lake, Fix(lambda event: {**event, "amount": "0"}))) == {End.SENT: 1}
    assert [json.loads(event)["event_uuid"] for event in lake.sent] == ["drawn-1", "drawn-1"]


@pytest.mark.parametrize("member", [{"created_at": 1}, {"event_name": "thing:gone"}, {}])
def test_what_was_sent_and_is_refused_today_is_matched_by_all_of_its_identity(
    member: dict[str, object],
) -> None:
    lake = failed(Fate.FAIL, SimulatedLake().event("u-1"))
    run(lake)
    lake.pending.clear()
    lake.reader = reader_of(contract_of({"amount": "string"}, required=["amount"]))
    row = json.dumps({**json.loads(lake.event("u-1")), **member}).encode()
    lake.rows.append(("u-1", "thing", row))
    progress = run(lake)
    assert ends(progress) == ({End.REFUSED: 1} if member else {End.DONE: 1})
    assert progress.reasons == ({"field_type": 1} if member else {})


@pytest.mark.parametrize("is_there", [True, False])
def test_an_event_that_a_fix_makes_another_one_of_is_asked_for_first(*, is_there: bool) -> None:
    lake = failed(Fate.FAIL, SimulatedLake().event("u-1"))
    if is_there:
        lake.rows.append(("u-1", "thing", lake.event("u-1")))
    progress = run(lake, Fix(lambda event: {**event, "event_uuid": "u-2"}))
    assert ends(progress) == ({End.DONE: 1} if is_there else {End.SENT: 1})
    assert len(lake.sent) == (0 if is_there else 1)


def test_an_event_without_a_receipt_keeps_its_identity() -> None:
    lake = SimulatedLake()
    items = [Item(Place("raw/x", 1), lake.event("u-1", amount="1"))]
    fix = Fix(lambda event: {**event, "amount": 1})
    assert ends(lake.replay(fix).run(items, lambda _: None)) == {End.SENT: 1}
    for other in ({"event_uuid": "u-2"}, {"event_name": "thing:gone"}, {"created_at": 1795348000}):
        changing = Fix(lambda event, other=other: {**event, "amount": 1, **other})
        progress = lake.replay(changing).run(items, lambda _: None)
        assert (ends(progress), progress.reasons) == ({End.REFUSED: 1}, {"identity_changed": 1})
