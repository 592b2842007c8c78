"""The transform and a slow one by the standard library agree on every record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.helpers.contracts import LEARNING
from tests.helpers.reference_transform import ReferenceTransform, columns_of
from tests.helpers.transform_parts import POSITION, learning_reader, reader_of
from tests.strategies.contracts import contracts
from tests.strategies.records import records

if TYPE_CHECKING:
    from firelake.contract.events import EventContract
    from firelake.transform.events import EventReader

EXAMPLES = settings().max_examples
LATENESS_DAYS = 7


def assert_agreement(contract: EventContract, reader: EventReader, data: bytes) -> None:
    reading = reader.read(data, POSITION)
    reference = ReferenceTransform(contract, LATENESS_DAYS)
    expected = reference.read(data, POSITION.coordinate, POSITION.arrived_ms)
    found = [(each.reason.value, each.index, each.path) for each in reading.problems]
    assert sorted(found) == sorted(expected.problems)
    assert reading.event_count == expected.event_count
    assert [columns_of(each.row, contract) for each in reading.events] == expected.rows
    assert [(each.event_type, each.dt) for each in reading.events] == expected.partitions


@settings(max_examples=3 * EXAMPLES)
@given(records(LEARNING))
def test_reference_and_transform_agree_on_records_of_the_shipped_contract(data: bytes) -> None:
    assert_agreement(LEARNING, learning_reader(), data)


@settings(max_examples=3 * EXAMPLES)
@given(st.data())
def test_reference_and_transform_agree_on_records_of_any_contract(data: st.DataObject) -> None:
    contract = data.draw(contracts())
    reader = reader_of(contract, lateness_days=LATENESS_DAYS)
    for record in data.draw(st.lists(records(contract), min_size=1, max_size=3)):
        assert_agreement(contract, reader, record)


@given(st.text(st.sampled_from('{}[]",:\\ue0-1.atrn \n\x00é'), max_size=12))
@example(r'{"a":"\ud800\ud800\udc00"}')
@example(r'{"a":"\udc00"}')
@example('{"a":1-1}')
@example("1-1")
@example("1true")
@example("nulltrue")
@example('""""')
@example("{}0{}")
def test_reference_and_transform_agree_on_what_is_json(text: str) -> None:
    assert_agreement(LEARNING, learning_reader(), text.encode())


@pytest.mark.parametrize("depth", [1, 50, 399, 400, 401, 500])
@pytest.mark.parametrize("opening", ["[", '{"a":'], ids=["arrays", "objects"])
def test_reference_and_transform_agree_on_nesting(depth: int, opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    nested = opening * (depth - 1) + "1" + closing * (depth - 1)
    text = (
        '{"event_uuid":"a","event_name":"friend:unfollowed","created_at":1768478390,'
        f'"user_id":"u","friend_user_id":"f","deep":{nested}}}'
    )
    assert_agreement(LEARNING, learning_reader(), text.encode())
    is_valid = not learning_reader().read(text.encode(), POSITION).problems
    assert is_valid == (depth <= 400)
