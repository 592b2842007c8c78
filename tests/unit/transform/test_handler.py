"""The function: retries, copies, reused ids, deadlines, its log line and its metrics."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from firelake.contract.names import HANDLER
from firelake.transform import handler as handler_module
from firelake.transform.claims import Outcome
from firelake.transform.errors import ClaimsUndecidedError, FirehoseEventError
from tests.fakes.claim_store import InMemoryClaimStore
from tests.fakes.faulty_claim_store import Fault, FaultyClaimStore
from tests.helpers.transform_calls import Function, invocation_of, record_of, rows_in
from tests.helpers.transform_parts import event_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.transform.claims import Claim


def friend(event_uuid: str, **members: object) -> str:
    """A valid event of the shipped contract."""
    common = {"event_name": "friend:unfollowed", "user_id": "u-1", "friend_user_id": "u-2"}
    return event_text(event_uuid=event_uuid, **(common | members))


class SilentStore(InMemoryClaimStore):
    """Takes a second for each call and never answers."""

    def __init__(self, function: Function) -> None:
        super().__init__(function.clock.read)
        self._clock = function.clock

    def insert(self, claims: Sequence[Claim]) -> list[Outcome | Claim]:
        self._clock.now_ms += 1000
        return [Outcome.UNKNOWN] * len(claims)


# --- each event once ----------------------------------------------------------------------------


def test_a_retry_in_a_new_invocation_gets_the_same_answers() -> None:
    function = Function()
    payloads = [friend("a"), friend("a"), "x", friend("b") + friend("a")]
    first = function.call(invocation_of(payloads, invocation_id="invocation-1"))
    function.clock.pass_days(0.5)
    again = function.call(invocation_of(payloads, invocation_id="invocation-2"))
    assert again == first
    assert [each["result"] for each in first] == ["Ok", "Dropped", "ProcessingFailed", "Ok"]
    assert [row["event_uuid"] for row in rows_in(first[3])] == ["b"]


def test_a_retry_after_a_failure_half_way_delivers_everything() -> None:
    function = Function()
    claims = InMemoryClaimStore(function.clock.read)
    # The claims are made, but no answer comes, then or later.
    function.store = FaultyClaimStore(claims, [Fault.SILENT] * 2 + [Fault.LOST] * 900)
    event = invocation_of([friend("a"), friend("b")])
    with pytest.raises(ClaimsUndecidedError):
        function.call(event)
    function.store = claims
    assert function.claimed(["a", "b"]) == [True, True]
    assert function.results(event) == ["Ok", "Ok"]


def test_a_copy_at_another_place_in_the_stream_is_dropped() -> None:
    function = Function()
    assert function.results(invocation_of([friend("a")], start=1)) == ["Ok"]
    copies = function.call(invocation_of([friend("a"), friend("a")], start=50))
    assert [each["result"] for each in copies] == ["Dropped", "Dropped"]
    assert copies[0].get("data") == record_of(friend("a"), 50)["data"]
    assert function.results(invocation_of([friend("a")], start=1)) == ["Ok"]


@pytest.mark.parametrize(
    "other",
    [{"event_name": "friend:followed"}, {"created_at": 1768478391}],
    ids=["event_name", "created_at"],
)
def test_an_id_that_another_event_uses_fails(other: dict[str, object]) -> None:
    function = Function()
    results = function.results(invocation_of([friend("a"), friend("a", **other)]))
    assert results == ["Ok", "ProcessingFailed"]
    assert function.logged()[-1]["reasons"] == {"uuid_reused": 1}


def test_a_packed_record_loses_a_copy_and_keeps_its_places() -> None:
    function = Function()
    function.call(invocation_of([friend("b")], start=1))
    (answer,) = function.call(invocation_of([friend("a") + friend("b") + friend("c")], start=9))
    assert [(row["event_uuid"], row["stream_position"]) for row in rows_in(answer)] == [
        ("a", "shardId-000000000000:9:0#0"),
        ("c", "shardId-000000000000:9:0#2"),
    ]


def test_an_invalid_record_claims_nothing() -> None:
    function = Function()
    payload = friend("a") + friend("b", user_id=None)
    assert function.results(invocation_of([payload])) == ["ProcessingFailed"]
    assert function.claimed(["a", "b"]) == [False, False]
    assert function.results(invocation_of([friend("a"), friend("b")], start=5)) == ["Ok", "Ok"]


def test_a_record_for_which_the_answer_has_no_room_claims_nothing() -> None:
    function = Function()
    payloads = [friend(f"id-{number}", blob="x" * 250_000) for number in range(18)]
    results = function.results(invocation_of(payloads))
    assert results == ["Ok"] * 17 + ["ProcessingFailed"]
    assert function.claimed(["id-0", "id-16", "id-17"]) == [True, True, False]
    assert function.results(invocation_of(payloads[17:], start=18)) == ["Ok"]


def test_lateness_goes_by_the_arrival_however_late_the_call() -> None:
    function = Function()
    event = invocation_of([friend("a", created_at=1767873600)])
    assert function.results(event) == ["Ok"]
    function.clock.pass_days(2)
    assert function.results(event) == ["Ok"]


# --- deadlines and errors -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("time_left_s", "deadline_s"), [(60.0, 45.0), (300.0, 45.0), (20.0, 15.0)], ids=str
)
def test_undecided_claims_are_raised_at_the_deadline(time_left_s: float, deadline_s: float) -> None:
    function = Function()
    function.store = SilentStore(function)
    started_ms = function.clock.now_ms
    with pytest.raises(ClaimsUndecidedError) as caught:
        function.call(invocation_of([friend("a"), friend("b")]), time_left_s)
    assert caught.value.undecided == 2
    passed_s = (function.clock.now_ms - started_ms) / 1000
    assert deadline_s <= passed_s <= deadline_s + 1
    assert function.logged() == []


def test_a_call_without_valid_events_needs_no_claims() -> None:
    function = Function()
    function.store = SilentStore(function)
    assert function.results(invocation_of(["", "x", "[]"])) == ["ProcessingFailed"] * 3


def test_a_call_without_records_is_answered_by_none() -> None:
    assert Function().call(invocation_of([])) == []


def test_what_is_no_invocation_is_refused() -> None:
    with pytest.raises(FirehoseEventError):
        Function().call({"Records": []})


# --- log and metrics ----------------------------------------------------------------------------


def test_a_batch_logs_one_line() -> None:
    function = Function()
    packed = friend("c") + friend("d", user_id=5) + "1"
    function.call(
        invocation_of([friend("a"), friend("a"), packed, "x", friend("e", event_name="q:r")])
    )
    (line,) = function.logged()
    assert {key: line[key] for key in line if key not in {"timestamp", "location", "service"}} == {
        "level": "INFO",
        "message": "batch answered",
        "invocation_id": "invocation-1",
        "records": 5,
        "received": 7,
        "delivered": 2,
        "duplicate": 1,
        "invalid": 4,
        "unregistered": 1,
        "reasons": {"field_type": 1, "not_an_object": 1, "not_json": 1},
        "samples": [
            {"position": "shardId-000000000000:3:0#1", "reason": "field_type", "path": "user_id"},
            {"position": "shardId-000000000000:3:0#2", "reason": "not_an_object", "path": ""},
            {"position": "shardId-000000000000:4:0#0", "reason": "not_json", "path": ""},
        ],
    }


SECRET = "hunter2"


def test_neither_log_nor_metrics_hold_anything_of_a_payload(
    capsys: pytest.CaptureFixture[str],
) -> None:
    function = Function()
    function.call(
        invocation_of(
            [
                SECRET,
                f'{{"{SECRET}": 1',
                f'{{"{SECRET}": "{SECRET}"}}',
                friend(SECRET),
                friend(SECRET),
                friend(SECRET, event_name=f"{SECRET}:{SECRET}"),
                friend("b", event_name=f"{SECRET}:{SECRET}"),
                friend("c", user_id={SECRET: SECRET}, **{SECRET: [SECRET]}),
                friend(f"{SECRET}\n", created_at=SECRET),
            ]
        )
    )
    line = function.logged()[0]
    assert (line["delivered"], line["duplicate"], line["invalid"]) == (2, 1, 6)
    assert SECRET not in function.log.getvalue()
    assert SECRET not in capsys.readouterr().out


def test_metrics_count_each_attempt(capsys: pytest.CaptureFixture[str]) -> None:
    function = Function()
    event = invocation_of([friend("a"), friend("a"), friend("b", event_name="q"), "x"])
    for _ in range(2):
        function.call(event)
        lines: list[dict[str, Any]] = [
            json.loads(line) for line in capsys.readouterr().out.splitlines()
        ]
        batch = lines[0]
        assert batch["service"] == function.service
        assert batch["EventsReceived"] == [4.0]
        assert batch["EventsDelivered"] == [2.0]
        assert batch["EventsDuplicate"] == [1.0]
        assert batch["EventsInvalid"] == [1.0]
        assert batch["EventsUnregistered"] == [1.0]
        assert batch["EventAgeMax"] == [39.5]
        assert [(line.get("event_type"), line.get("reason")) for line in lines[1:]] == [
            (None, "not_json"),
        ]


# --- wiring -------------------------------------------------------------------------------------


class Context:
    """What the handler asks of Lambda's context."""

    def get_remaining_time_in_millis(self) -> int:
        return 20_000


def test_the_handler_gives_the_call_the_time_that_lambda_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    function = Function()
    function.store = SilentStore(function)
    transform = function.transform()
    monkeypatch.setattr(handler_module, "_transform", lambda: transform)
    started_ms = function.clock.now_ms
    context: Any = Context()
    with pytest.raises(ClaimsUndecidedError):
        handler_module.handler(invocation_of([friend("a")]), context)
    assert 15_000 <= function.clock.now_ms - started_ms <= 16_000


def test_the_handler_is_where_the_contract_says() -> None:
    module, _, name = HANDLER.rpartition(".")
    assert getattr(sys.modules[module], name) is handler_module.handler
