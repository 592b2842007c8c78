"""Why an event is invalid: every reason with its code, its path and what fits, and no payload."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firelake.contract.reasons import Reason
from firelake.transform.diagnosis import Problem
from tests.helpers.contracts import LEARNING
from tests.helpers.transform_parts import (
    POSITION,
    contract_of,
    event_text,
    faults_of,
    learning_reader,
    reader_of,
    spliced,
)
from tests.strategies.events import muddled_events

MUST = {"code": "string", "price": "decimal(6,2)", "at": "timestamp", "tags": "array<string>"}
STRICT = reader_of(contract_of(MUST | {"tree": "json"}, required=[*MUST]))
LOOSE = reader_of(contract_of(MUST))

UUID = "a string of 1 to 128 printable characters"
NAME = "parts of a-z, 0-9 and _ joined by colons, at most 200 characters"
TIME = "Unix time in seconds, a number"


def test_all_reasons_of_an_event_are_collected() -> None:
    text = """{"event_uuid": "", "event_name": "thing:done", "created_at": 5, "code": null,
               "price": 12345, "tags": ["a", 1]}"""
    reading = STRICT.read(text.encode(), POSITION)
    assert reading.events == ()
    assert list(reading.problems) == [
        Problem(Reason.EVENT_UUID, 0, "event_uuid", UUID),
        Problem(Reason.TOO_LATE, 0, "created_at", "at most 7 days before its arrival"),
        Problem(Reason.FIELD_MISSING, 0, "code", "a string"),
        Problem(Reason.FIELD_TYPE, 0, "price", "a number or numeric string that fits decimal(6,2)"),
        Problem(
            Reason.FIELD_MISSING,
            0,
            "at",
            "ISO 8601 with Z or an offset, or epoch seconds, of the years 1678 to 2261",
        ),
        Problem(Reason.FIELD_TYPE, 0, "tags[1]", "an array, each member null or a string"),
    ]


@pytest.mark.parametrize(
    ("member", "problem"),
    [
        ({"event_uuid": None}, Problem(Reason.EVENT_UUID, 0, "event_uuid", UUID)),
        ({"event_uuid": ""}, Problem(Reason.EVENT_UUID, 0, "event_uuid", UUID)),
        ({"event_uuid": "u" * 129}, Problem(Reason.EVENT_UUID, 0, "event_uuid", UUID)),
        ({"event_uuid": "a\nb"}, Problem(Reason.EVENT_UUID, 0, "event_uuid", UUID)),
        ({"event_uuid": 7}, Problem(Reason.EVENT_UUID, 0, "event_uuid", UUID)),
        ({"event_name": None}, Problem(Reason.EVENT_NAME, 0, "event_name", NAME)),
        ({"event_name": "A"}, Problem(Reason.EVENT_NAME, 0, "event_name", NAME)),
        ({"event_name": ["thing:done"]}, Problem(Reason.EVENT_NAME, 0, "event_name", NAME)),
        ({"event_name": "n" * 201}, Problem(Reason.EVENT_NAME, 0, "event_name", NAME)),
        ({"created_at": None}, Problem(Reason.CREATED_AT, 0, "created_at", TIME)),
        ({"created_at": True}, Problem(Reason.CREATED_AT, 0, "created_at", TIME)),
        ({"created_at": "1768478390"}, Problem(Reason.CREATED_AT, 0, "created_at", TIME)),
        ({"created_at": [1768478390]}, Problem(Reason.CREATED_AT, 0, "created_at", TIME)),
        (
            {"created_at": 1768564800.5},
            Problem(Reason.TOO_EARLY, 0, "created_at", "at most 1 day after its arrival"),
        ),
    ],
    ids=str,
)
def test_each_rule_of_the_common_fields_has_its_reason(
    member: dict[str, object], problem: Problem
) -> None:
    assert list(LOOSE.read(event_text(**member).encode(), POSITION).problems) == [problem]


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1" + "0" * 400], ids=lambda each: each[:8])
def test_a_time_that_no_float_holds_is_no_time(number: str) -> None:
    reading = LOOSE.read(spliced(f'"created_at": {number}'), POSITION)
    assert faults_of(reading) == [("created_at", 0, "created_at")]


def test_an_event_without_anything_lacks_the_common_fields() -> None:
    reading = LOOSE.read(b"{}", POSITION)
    assert faults_of(reading) == [
        ("event_uuid", 0, "event_uuid"),
        ("event_name", 0, "event_name"),
        ("created_at", 0, "created_at"),
    ]


def test_an_unknown_event_is_checked_by_the_common_fields_alone() -> None:
    reading = LOOSE.read(event_text(event_name="x", created_at=0, code=5).encode(), POSITION)
    assert faults_of(reading) == [("too_late", 0, "created_at")]


@pytest.mark.parametrize("created_at", [1767873600, 1768564800], ids=["earliest", "latest"])
def test_a_time_at_a_bound_of_the_window_is_no_reason(created_at: int) -> None:
    reading = LOOSE.read(event_text(created_at=created_at, code=5).encode(), POSITION)
    assert faults_of(reading) == [("field_type", 0, "code")]


@pytest.mark.parametrize(
    ("member", "reason", "path"),
    [
        ({"event_uuid": ""}, "event_uuid", "event_uuid"),
        ({"event_name": "A"}, "event_name", "event_name"),
        ({"created_at": None}, "created_at", "created_at"),
        ({"created_at": 0}, "too_late", "created_at"),
        ({"created_at": 1e11}, "too_early", "created_at"),
        ({"code": 5}, "field_type", "code"),
    ],
    ids=str,
)
def test_a_reason_names_the_event_of_the_record(
    member: dict[str, object], reason: str, path: str
) -> None:
    reading = LOOSE.read((event_text() + event_text(**member)).encode(), POSITION)
    assert faults_of(reading) == [(reason, 1, path)]


def test_the_first_wrong_member_of_an_array_is_named() -> None:
    reading = LOOSE.read(spliced('"tags": ["a", 1, 2]'), POSITION)
    assert faults_of(reading) == [("field_type", 0, "tags[1]")]


def test_a_value_that_an_equal_key_overwrites_is_no_reason() -> None:
    reading = LOOSE.read(spliced('"code": 1, "price": true, "code": "a", "price": 1'), POSITION)
    assert reading.problems == ()


def test_the_value_that_overwrites_is_one() -> None:
    reading = LOOSE.read(spliced('"code": "a", "price": 1, "code": 1, "price": true'), POSITION)
    assert faults_of(reading) == [("field_type", 0, "code"), ("field_type", 0, "price")]


SECRET = "hunter2"


@pytest.mark.parametrize(
    "data",
    [
        SECRET.encode(),
        f'"{SECRET}"'.encode(),
        f'{{"{SECRET}":'.encode(),
        f'{{"{SECRET}": 1}}'.encode(),
        event_text(event_uuid=f"{SECRET}\n").encode(),
        event_text(event_name=SECRET.upper()).encode(),
        event_text(created_at=SECRET).encode(),
        event_text(code={SECRET: SECRET}, price=SECRET, at=SECRET, tags=SECRET).encode(),
        event_text(tags=[SECRET, {SECRET: [SECRET]}]).encode(),
        spliced(f'"event_name": "{SECRET}", "event_name": {{}}'),
    ],
    ids=range(10),
)
def test_a_problem_holds_nothing_of_the_payload(data: bytes) -> None:
    problems = STRICT.read(data, POSITION).problems
    assert problems
    assert SECRET not in repr(problems).lower()


PATHS = {"", "event_uuid", "event_name", "created_at", *LEARNING.fields}


@settings(max_examples=2 * settings().max_examples)
@given(muddled_events(LEARNING).map(lambda event: event.text))
def test_the_path_of_a_problem_is_a_declared_field_and_an_index(text: str) -> None:
    reading = learning_reader().read(text.encode(), POSITION)
    for problem in reading.problems:
        name, _, place = problem.path.partition("[")
        assert name in PATHS
        assert not place or (place[:-1].isdigit() and place[-1] == "]")
        assert bool(name) or problem.reason is Reason.MIXED_PARTITIONS
        assert problem.index == 0


@given(st.lists(st.sampled_from(["{}", "1", event_text(), event_text(code=1)]), min_size=1))
def test_each_problem_names_its_event_by_index(texts: list[str]) -> None:
    reading = LOOSE.read("\n".join(texts).encode(), POSITION)
    bad = {index for index, text in enumerate(texts) if text != event_text()}
    assert {problem.index for problem in reading.problems} == bad
    assert len(reading.events) == (0 if bad else len(texts))
