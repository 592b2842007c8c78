"""Canaries of verify are told from events that somebody meant, wherever they stand."""

from __future__ import annotations

import pytest

from firelake.contract.layout import Granularity
from firelake.failures.errors.choice import Choice
from firelake.failures.errors.lines import Place
from firelake.failures.replay.items import from_records
from firelake.health.verify.canaries import CanaryMaker
from firelake.operations.canaries import is_canary
from tests.helpers.contracts import LEARNING
from tests.helpers.transform_parts import reader_of

MEANT = (
    b'{"event_uuid": "1", "note": "canary-1"}',
    b'{"event_uuid": "a-canary-1"}',
    b'{"event_uuid": "Canary-1"}',
    b'{"event_uuid": "1", "cause": {"event_uuid": "canary-1"}}',
    b'{"note": "canary-1"}',
    b'{"event_uuid": 7, "note": "canary-"}',
    b'["canary-1"]',
    b"canary-",
    b"",
    b"\xff",
)


@pytest.mark.parametrize("granularity", Granularity)
def test_every_event_that_verify_sends_is_a_canary(granularity: Granularity) -> None:
    canaries = CanaryMaker(
        LEARNING, run="r1", now_s=1_795_338_000.0, lateness_days=7, granularity=granularity
    ).all()
    events = [
        line for canary in canaries for record in canary.records for line in record.splitlines()
    ]
    assert len(events) > 25
    assert [event for event in events if not is_canary(event)] == []


@pytest.mark.parametrize("event", MEANT)
def test_what_only_mentions_a_canary_is_none(event: bytes) -> None:
    assert not is_canary(event)


@pytest.mark.parametrize(
    "event",
    [
        b'{"event_uuid" : "canary-x"',
        b' "canary-r1-no-json" is no JSON',
        b'{"event_uuid":"canary-\xff"}',
    ],
)
def test_a_broken_canary_is_one(event: bytes) -> None:
    assert is_canary(event)


def test_canaries_are_not_put_back_from_raw_records() -> None:
    event = b'{"event_uuid": "1", "event_name": "a:b", "created_at": 1}'
    canary = event.replace(b'"1"', b'"canary-1"')
    items = from_records(
        [(Place("raw/x", 1), canary + b"\n" + event)], Choice(), reader_of(LEARNING)
    )
    assert [getattr(item, "event") for item in items] == [event]  # noqa: B009 -- an item or what is unreadable
