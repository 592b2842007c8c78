"""Claims on pages under faults on the wire, by the function's own lean client."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import boto3
import pytest

from firelake.contract.claim_schedule import Pages
from firelake.transform.claim_pages import owner_mark, slot_of
from firelake.transform.claims import Claim, Outcome, Replacement
from firelake.transform.client import page_calls
from firelake.transform.dynamo_claims import DynamoClaimStore
from firelake.transform.dynamo_pages import DynamoPages, FullPages
from tests.helpers.claims_tables import dynamodb_client
from tests.local.test_claims_wire_faults import WITH_EFFECT, WITHOUT_EFFECT, proxy, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from tests.helpers.microburst_process import Microburst

__all__ = ["proxy"]

pytestmark = pytest.mark.local

UPDATE = "UpdateItem"
SLOTS = [slot_of(f"id-{number}", "a:b", 1.5, Pages(60, 1)) for number in range(3)]
CLAIMS = [
    Claim(slot, owner_mark("shard-0:1:0#0"), "a:b", 1.5, 1_700_000_000_000, 4_000_000_000, "a")
    for slot in SLOTS
]
LATER = [
    Claim(each, owner_mark("shard-0:1:0#0"), "a:b", 1.5, 1_700_000_000_007, 4_000_000_000, "a")
    for each in SLOTS
]


@pytest.fixture
def direct(dynamodb: DynamoDBClient, claims_table: str) -> Iterator[DynamoClaimStore]:
    with ThreadPoolExecutor(4) as executor:
        yield DynamoClaimStore(dynamodb, claims_table, executor=executor, expired=lambda: False)


@pytest.fixture
def faulty(
    proxy: Microburst, claims_table: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DynamoClaimStore]:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    client = dynamodb_client(proxy.endpoint)
    with ThreadPoolExecutor(4) as executor:
        yield DynamoClaimStore(
            client,
            claims_table,
            executor=executor,
            expired=lambda: False,
            pages=DynamoPages(page_calls(client), claims_table, FullPages()),
        )
    client.close()


@pytest.mark.parametrize("name", WITHOUT_EFFECT)
def test_a_write_that_never_arrived_is_unknown(
    proxy: Microburst, faulty: DynamoClaimStore, direct: DynamoClaimStore, name: str
) -> None:
    proxy.set_rules([rule(UPDATE, WITHOUT_EFFECT[name])])
    assert faulty.insert(CLAIMS) == [Outcome.UNKNOWN] * 3
    assert proxy.fired() == [1]
    assert direct.read(SLOTS) == dict.fromkeys(SLOTS)


@pytest.mark.parametrize("name", WITH_EFFECT)
def test_a_write_whose_answer_is_lost_is_unknown_although_it_is_done(
    proxy: Microburst, faulty: DynamoClaimStore, direct: DynamoClaimStore, name: str
) -> None:
    proxy.set_rules([rule(UPDATE, WITH_EFFECT[name])])
    assert faulty.insert(CLAIMS) == [Outcome.UNKNOWN] * 3
    deadline = time.monotonic() + 10
    while direct.read(SLOTS) != dict(zip(SLOTS, CLAIMS, strict=True)):
        assert time.monotonic() < deadline, "the write was not carried out"
        time.sleep(0.05)
    proxy.set_rules([])
    # Asked again it shows what was put there, and the renewal is done.
    assert faulty.insert(LATER) == CLAIMS
    renewals = [Replacement(old, new) for old, new in zip(CLAIMS, LATER, strict=True)]
    assert faulty.replace(renewals) == [Outcome.DONE] * 3
    assert direct.read(SLOTS) == dict(zip(SLOTS, LATER, strict=True))


@pytest.mark.parametrize("name", ["throttled", "reset in place of the answer"])
def test_a_renewal_without_an_answer_is_unknown(
    proxy: Microburst, faulty: DynamoClaimStore, direct: DynamoClaimStore, name: str
) -> None:
    direct.insert(CLAIMS)
    proxy.set_rules([rule(UPDATE, (WITHOUT_EFFECT | WITH_EFFECT)[name])])
    renewals = [Replacement(old, new) for old, new in zip(CLAIMS, LATER, strict=True)]
    assert faulty.replace(renewals) == [Outcome.UNKNOWN] * 3
