"""What a batch counts: reasons once an event, samples up to a limit, ages."""

from __future__ import annotations

from firelake.contract.reasons import Reason
from firelake.transform.claims import Candidate
from firelake.transform.diagnosis import Problem
from firelake.transform.events import ValidEvent
from firelake.transform.tally import MAX_SAMPLES, Tally


def problem(index: int, reason: Reason = Reason.FIELD_TYPE, path: str = "a") -> Problem:
    return Problem(reason, index, path, "a string")


def event(*, is_registered: bool) -> ValidEvent:
    return ValidEvent("id", "a:b", 1.0, "s:1:0#0", "a", "2026-01-15", is_registered, b"{}")


def test_a_reason_counts_once_an_event() -> None:
    tally = Tally()
    tally.count_problems(
        "s:1:0",
        [
            problem(0),
            problem(0, path="b"),
            problem(1),
            problem(1, Reason.EVENT_UUID),
            problem(1, Reason.FIELD_TYPE, "b"),
        ],
    )
    tally.count_problems("s:2:0", [problem(0)])
    assert dict(tally.reasons) == {Reason.FIELD_TYPE: 3, Reason.EVENT_UUID: 1}


def test_a_sample_names_the_event_the_reason_and_the_field() -> None:
    tally = Tally()
    tally.count_problems("s:1:0", [problem(2, path="tags[1]")])
    assert tally.samples == [{"position": "s:1:0#2", "reason": "field_type", "path": "tags[1]"}]


def test_the_first_twenty_problems_are_sampled_and_all_are_counted() -> None:
    tally = Tally()
    for record in range(3):
        tally.count_problems(f"s:{record}:0", [problem(index) for index in range(9)])
    assert MAX_SAMPLES == 20
    assert len(tally.samples) == 20
    assert [each["position"] for each in tally.samples][-2:] == ["s:2:0#0", "s:2:0#1"]
    assert tally.reasons[Reason.FIELD_TYPE] == 27


def test_delivered_events_count_by_type_and_unknown_ones_beside() -> None:
    tally = Tally()
    tally.count_delivered([event(is_registered=True), event(is_registered=False)], "a")
    tally.count_delivered([event(is_registered=False)], "a")
    assert dict(tally.delivered) == {"a": 3}
    assert tally.unregistered == 2


def test_ages_are_measured_from_creation_to_now() -> None:
    tally = Tally()
    tally.count_ages([90.0, 70.0, 95.0], 100.0)
    assert (tally.age_max_s, tally.age_mean_s) == (30.0, 15.0)


def test_a_batch_without_valid_events_has_no_age() -> None:
    tally = Tally()
    tally.count_ages([], 100.0)
    assert (tally.age_max_s, tally.age_mean_s) == (0.0, 0.0)


def test_a_valid_event_is_a_candidate_for_its_id() -> None:
    assert isinstance(event(is_registered=True), Candidate)
