"""Replay on a whole lake in memory: each valid id becomes one row, whatever fails in between."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firelake.failures.errors.lines import Place, Unreadable
from firelake.failures.receipts import State
from firelake.failures.replay.fix import Fix
from firelake.failures.replay.putting_back import partitions_of
from firelake.failures.replay.replay import End
from firelake.operations.errors import OpsError
from firelake.transform.claims import Outcome
from tests.unit.failures.replay.replay_runs import Drawing, deliver, ends, failed, run
from tests.unit.failures.replay.simulated_lake import SETTLE_MS, Fate, Killed, SimulatedLake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.failures.errors.lines import ErrorRecord
    from firelake.failures.replay.items import Item


@pytest.mark.parametrize("fate", [Fate.FAIL, Fate.CLAIM_AND_FAIL, Fate.CONVERT_FAIL])
def test_an_event_that_failed_is_sent_and_done_once_the_lake_has_it(fate: Fate) -> None:
    lake = failed(fate, SimulatedLake().event("u-1"))
    assert ends(run(lake)) == {End.SENT: 1}
    deliver(lake)
    lake.now_ms += SETTLE_MS + 1
    assert lake.row_counts() == {"u-1": 1}
    assert ends(run(lake)) == {End.DONE: 1}
    (receipt,) = lake.receipts.receipts.values()
    assert [entry.state for entry in receipt.events.values()] == [State.DONE]
    # From then on nothing is asked for it.
    assert ends(run(lake)) == {End.DONE: 1}
    assert lake.calls == []


def test_an_event_without_a_claim_is_sent_and_the_lake_is_not_asked() -> None:
    lake = failed(Fate.FAIL, SimulatedLake().event("u-1"))
    run(lake)
    assert lake.calls == ["read", "write", "send"]


def test_a_claim_is_released_after_all_the_questions_in_their_order() -> None:
    lake = failed(Fate.CLAIM_AND_FAIL, SimulatedLake().event("u-1"))
    run(lake)
    assert lake.calls == ["read", "look", "ask", "delete", "write", "send"]


@pytest.mark.parametrize("change", ["too young", "no points", "held back"])
def test_an_event_that_may_be_on_its_way_is_left_for_later(change: str) -> None:
    lake = failed(Fate.CLAIM_AND_FAIL, SimulatedLake().event("u-1"))
    if change == "too young":
        lake.now_ms -= 1
    elif change == "no points":
        lake.has_points = False
    else:
        lake.buffer.append((lake.now_ms - 1, ("u-2", "thing", lake.event("u-2"))))
    progress = run(lake)
    assert ends(progress) == {End.LATER: 1}
    assert not progress.is_complete
    assert lake.sent == []
    assert lake.receipts.receipts == {}


def test_what_is_in_the_lake_is_done_and_not_sent() -> None:
    lake = failed(Fate.CLAIM_AND_FAIL, SimulatedLake().event("u-1"))
    lake.rows.append(("u-1", "unregistered", lake.event("u-1")))
    assert ends(run(lake)) == {End.DONE: 1}
    assert lake.sent == []


@pytest.mark.parametrize(
    "other",
    [
        SimulatedLake().event("u-1", created_at=1_700_000_000.5),
        SimulatedLake().event("u-1", "thing:undone"),
    ],
    ids=["time", "name"],
)
def test_a_row_of_another_event_with_the_same_id_is_no_sign_of_this_one(other: bytes) -> None:
    lake = failed(Fate.CLAIM_AND_FAIL, SimulatedLake().event("u-1"))
    lake.rows.append(("u-1", "thing", other))
    assert ends(run(lake)) == {End.SENT: 1}
    deliver(lake)
    lake.now_ms += SETTLE_MS + 1
    assert ends(run(lake)) == {End.DONE: 1}


def test_a_packed_record_is_split_valid_events_go_and_invalid_ones_stay() -> None:
    lake = SimulatedLake()
    packed = lake.event("u-1") + lake.event("u-2", amount="1") + lake.event("u-3")
    lake = failed(Fate.DELIVER, packed)
    progress = run(lake)
    assert ends(progress) == {End.SENT: 2, End.REFUSED: 1}
    assert progress.reasons == {"field_type": 1}
    assert not progress.is_complete
    deliver(lake)
    assert lake.row_counts() == {"u-1": 1, "u-3": 1}
    assert len(lake.errors) == 1


def test_a_reused_id_stays_where_it_is() -> None:
    lake = SimulatedLake()
    lake.pending += [lake.event("u-1"), lake.event("u-1", "thing:done", created_at=1_795_348_700)]
    lake.process(Fate.DELIVER)
    lake.process(Fate.DELIVER)
    lake.flush()
    progress = run(lake)
    assert (ends(progress), progress.reasons) == ({End.REFUSED: 1}, {"uuid_reused": 1})
    assert lake.sent == []


def test_of_copies_that_failed_the_first_is_sent() -> None:
    events = [SimulatedLake().event("u-1", note=number) for number in range(3)]
    lake = failed(Fate.CLAIM_AND_FAIL, *events)
    assert ends(run(lake)) == {End.SENT: 3}
    assert lake.sent == events[:1]


def test_an_event_that_is_too_late_by_now_is_not_sent() -> None:
    lake = failed(Fate.FAIL, SimulatedLake().event("u-1"))
    lake.now_ms += 7 * 86_400_000
    progress = run(lake)
    assert (ends(progress), progress.reasons) == ({End.REFUSED: 1}, {"too_late": 1})


def test_an_event_that_was_sent_in_time_is_done_however_late_it_is_asked_for() -> None:
    lake = failed(Fate.FAIL, SimulatedLake().event("u-1"))
    run(lake)
    deliver(lake)
    lake.now_ms += 7 * 86_400_000
    assert ends(run(lake)) == {End.DONE: 1}
    assert lake.calls == ["read", "look", "ask", "write"]


def test_an_event_that_was_sent_and_is_nowhere_stays_refused_once_it_is_too_late() -> None:
    lake = failed(Fate.FAIL, SimulatedLake().event("u-1"))
    run(lake)
    lake.pending.clear()
    lake.now_ms += 7 * 86_400_000
    progress = run(lake)
    assert (ends(progress), progress.reasons) == ({End.REFUSED: 1}, {"too_late": 1})


def test_a_dry_run_changes_nothing_and_tells_what_would_be_sent() -> None:
    lake = SimulatedLake()
    lake = failed(
        Fate.CLAIM_AND_FAIL, lake.event("u-1"), lake.event("u-2"), lake.event("u-3", amount="")
    )
    lake.rows.append(("u-2", "thing", lake.event("u-2")))
    progress = run(lake, is_dry_run=True)
    assert ends(progress) == {End.SENT: 1, End.DONE: 1, End.REFUSED: 1}
    assert set(lake.calls) == {"read", "look", "ask"}
    assert lake.receipts.receipts == {}
    assert lake.claims.read(["u-1"])["u-1"] is not None


def test_what_kinesis_did_not_take_is_sent_by_the_next_run() -> None:
    lake = failed(Fate.CLAIM_AND_FAIL, SimulatedLake().event("u-1"))
    lake.taken = lambda _: False
    progress = run(lake)
    assert ends(progress) == {End.UNSENT: 1}
    assert not progress.is_complete
    lake.taken = lambda _: True
    assert ends(run(lake)) == {End.SENT: 1}


def test_a_deletion_without_an_answer_is_found_out_by_reading_again() -> None:
    lake = failed(Fate.CLAIM_AND_FAIL, SimulatedLake().event("u-1"))
    lake.delete_answers = [Outcome.UNKNOWN]
    assert ends(run(lake)) == {End.SENT: 1}
    assert lake.calls == ["read", "look", "ask", "delete", "read", "write", "send"]


def test_a_deletion_that_is_never_answered_is_left_for_later() -> None:
    lake = failed(Fate.CLAIM_AND_FAIL, SimulatedLake().event("u-1"))
    lake.is_deaf = True
    assert ends(run(lake)) == {End.LATER: 1}
    assert lake.calls.count("delete") == 5
    assert lake.sent == []


def test_a_claim_that_was_renewed_meanwhile_is_not_deleted() -> None:
    event = SimulatedLake().event("u-1")
    lake = failed(Fate.CLAIM_AND_FAIL, event)
    lake.delete_answers = [Outcome.REFUSED]
    assert ends(run(lake)) == {End.LATER: 1}
    assert lake.sent == []


def test_what_could_not_be_read_is_counted_and_leaves_the_run_incomplete() -> None:
    lake = failed(Fate.FAIL, SimulatedLake().event("u-1"))
    items = [Unreadable(Place("a", 1), "why"), *lake.items()]
    progress = lake.replay().run(items, lambda _: None)
    assert (progress.unread.count, ends(progress)) == (1, {End.SENT: 1})
    assert progress.unread.listed == [Unreadable(Place("a", 1), "why")]
    assert not progress.is_complete


def test_an_error_ends_the_run_and_the_counts_still_add_up() -> None:
    lake = failed(Fate.FAIL, *(SimulatedLake().event(f"u-{number}") for number in range(5)))

    def items() -> Iterator[Item]:
        yield from lake.items()[:4]
        message = "S3 refused"
        raise OpsError(message)

    progress = lake.replay(chunk=3).run(items(), lambda _: None)
    assert str(progress.failure) == "S3 refused"
    assert ends(progress) == {End.SENT: 3}
    assert not progress.is_complete


def test_ctrl_c_ends_the_run_and_the_rest_is_for_later() -> None:
    lake = failed(Fate.FAIL, SimulatedLake().event("u-1"))

    def interrupted(_: object) -> bool:
        raise KeyboardInterrupt

    lake.taken = interrupted
    progress = run(lake)
    assert progress.is_interrupted
    assert ends(progress) == {End.LATER: 1}


def test_an_event_is_looked_for_where_it_may_be_by_its_name_and_before_its_type_was_known() -> None:
    assert partitions_of(("thing", "2026-11-22")) == (
        ("thing", "2026-11-22"),
        ("unregistered", "2026-11-22"),
    )
    assert partitions_of(("unregistered", "d")) == (("unregistered", "d"),)


@dataclass(frozen=True)
class Send:
    names: list[str]


@dataclass(frozen=True)
class Process:
    fate: Fate


@dataclass(frozen=True)
class Pass:
    milliseconds: int


@dataclass(frozen=True)
class Flush:
    pass


@dataclass(frozen=True)
class Run:
    kill_at: tuple[int, bool] | None


Action = Send | Process | Pass | Flush | Run

# Two ids that failed or arrive in any mix, alone and packed, one that is never valid, and an event
# without an id, of which a fix that draws one makes a valid event.
RECORDS = st.lists(st.sampled_from(["a", "b", "n", "x"]), min_size=1, max_size=3)
SEND = st.builds(Send, RECORDS)
PROCESS = st.builds(Process, st.sampled_from(Fate))
PASS = st.builds(Pass, st.sampled_from([1, SETTLE_MS // 2, SETTLE_MS + 1]))
RUN = st.builds(Run, st.none() | st.tuples(st.integers(1, 12), st.booleans()))


@settings(max_examples=300, deadline=None)
@given(st.lists(SEND | PROCESS | PROCESS | PASS | RUN | st.just(Flush()), max_size=25))
def test_in_the_end_each_valid_id_is_one_row_and_each_invalid_one_an_error(
    actions: list[Action],
) -> None:
    lake = SimulatedLake()
    fix = Fix(Drawing(lake))
    sent: Counter[str] = Counter()
    for action in actions:
        do(lake, action, fix)
        if isinstance(action, Send):
            sent.update(action.names)
        assert max(lake.row_counts().values(), default=0) <= 1
    for _ in range(3):
        deliver(lake)
        lake.now_ms += SETTLE_MS + 1
        run(lake, fix)
    drawn = [uuid for uuid in lake.row_counts() if uuid.startswith("drawn-")]
    # Each record that failed stays as it is, so that those without an id can be counted.
    assert len(drawn) == sum(map(nameless_in, lake.errors))
    assert +(lake.row_counts() - Counter(drawn)) == {
        name: 1 for name in sent if name not in {"n", "x"}
    }
    assert ends(run(lake, fix)).keys() <= {End.DONE, End.REFUSED}
    in_errors = b"".join(record.data for record in lake.errors).count(b'"event_uuid": "x"')
    assert in_errors == sent["x"]


def nameless_in(record: ErrorRecord) -> int:
    return record.data.count(b'"event_name"') - record.data.count(b'"event_uuid"')


def do(lake: SimulatedLake, action: Action, fix: Fix) -> None:
    match action:
        case Send(names):
            lake.pending.append(b"".join(event_of(lake, name) for name in names))
        case Process(fate):
            lake.process(fate)
        case Flush():
            lake.flush()
        case Pass(milliseconds):
            lake.now_ms += milliseconds
        case Run(kill_at):
            lake.kill_at = kill_at
            with suppress(Killed):
                run(lake, fix)
            lake.kill_at = None


def event_of(lake: SimulatedLake, name: str) -> bytes:
    event = lake.event(name, amount="x" if name == "x" else 1)
    if name != "n":
        return event
    members = json.loads(event)
    del members["event_uuid"]
    return json.dumps(members).encode()
