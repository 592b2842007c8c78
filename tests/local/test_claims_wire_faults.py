"""Claims under faults on the wire, between the function's DynamoDB client and the table.

microburst stands between the two and answers in DynamoDB's own format, or not at all. It cannot
fail single statements inside an answer of 200: tests/unit/transform/test_dynamo_claims.py does.
"""

from __future__ import annotations

import itertools
import time
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, repeat
from random import Random
from typing import TYPE_CHECKING

import boto3
import pytest

from firelake.transform import client as product
from firelake.transform.claims import Candidate, Claim, Outcome, Replacement, Verdict
from firelake.transform.dynamo_claims import DynamoClaimStore
from firelake.transform.errors import ClaimsUndecidedError
from firelake.transform.settling import Pace, settle
from tests.helpers.claims_tables import dynamodb_client
from tests.helpers.microburst_process import Microburst, microburst_before
from tests.helpers.once_only import assert_each_id_passes_at_one_coordinate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.local

WRITE, READ = "BatchExecuteStatement", "BatchGetItem"
WITHOUT_EFFECT: dict[str, dict[str, object]] = {
    "throughput exceeded": {"error": {"code": "ProvisionedThroughputExceededException"}},
    "throttled": {"error": {"code": "ThrottlingException"}},
    "request limit": {"error": {"code": "RequestLimitExceeded"}},
    "internal error": {"error": {"code": "InternalServerError", "status": 500}},
    "unavailable": {"error": {"code": "ServiceUnavailable", "status": 503}},
    "reset": {"reset": True},
}
WITH_EFFECT: dict[str, dict[str, object]] = {
    "reset in place of the answer": {"response": {"abort_bytes": 0}},
    "reset amid the answer": {"response": {"abort_frac": 0.5}},
    "answer cut short": {"response": {"truncate_frac": 0.5}},
    "answer cut short, no checksum": {
        "response": {"truncate_frac": 0.5, "strip_headers": ["x-amz-crc32"]}
    },
}
CLAIM = Claim("id-1", "shard-0:1:0#0", "a:b", 1.5, 1_700_000_000_000, 4_000_000_000, "a")


def slow(milliseconds: int) -> dict[str, dict[str, object]]:
    """Two faults that outlast a client's patience: never carried out, and carried out too late."""
    return {
        "time-out": {"timeout_ms": milliseconds},
        "time-out, then carried out": {"latency": milliseconds},
    }


def rule(operation: str, fault: dict[str, object], **when: object) -> dict[str, object]:
    return {"service": "dynamodb", "operation": operation, **fault, **when}


@pytest.fixture(scope="module")
def proxy(ministack: str) -> Iterator[Microburst]:
    with microburst_before(ministack) as running:
        yield running


@pytest.fixture
def executor() -> Iterator[Executor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


@pytest.fixture
def direct(dynamodb: DynamoDBClient, claims_table: str, executor: Executor) -> DynamoClaimStore:
    """The store without faults."""
    return DynamoClaimStore(dynamodb, claims_table, executor=executor, expired=lambda: False)


@pytest.fixture
def faulty(proxy: Microburst, claims_table: str, executor: Executor) -> Iterator[DynamoClaimStore]:
    """The same table behind the proxy, by a client that waits for a fifth of a second."""
    client = dynamodb_client(proxy.endpoint, read_timeout_s=0.2)
    yield DynamoClaimStore(client, claims_table, executor=executor, expired=lambda: False)
    client.close()


@pytest.mark.parametrize("name", [*WITHOUT_EFFECT, "time-out"])
def test_a_write_that_never_arrived_is_unknown(
    proxy: Microburst, faulty: DynamoClaimStore, direct: DynamoClaimStore, name: str
) -> None:
    proxy.set_rules([rule(WRITE, (WITHOUT_EFFECT | slow(300))[name])])
    assert faulty.insert([CLAIM]) == [Outcome.UNKNOWN]
    assert proxy.fired() == [1]
    assert direct.read(["id-1"]) == {"id-1": None}


@pytest.mark.parametrize("name", [*WITH_EFFECT, "time-out, then carried out"])
def test_a_write_whose_answer_is_lost_is_unknown_although_it_is_done(
    proxy: Microburst, faulty: DynamoClaimStore, direct: DynamoClaimStore, name: str
) -> None:
    proxy.set_rules([rule(WRITE, (WITH_EFFECT | slow(300))[name])])
    assert faulty.insert([CLAIM]) == [Outcome.UNKNOWN]
    assert proxy.fired() == [1]
    deadline = time.monotonic() + 10
    while direct.read(["id-1"]) != {"id-1": CLAIM}:
        assert time.monotonic() < deadline, "the write was not carried out"
        time.sleep(0.05)


@pytest.mark.parametrize("name", [*WITHOUT_EFFECT, *WITH_EFFECT, *slow(0)])
def test_a_read_without_an_answer_says_nothing_about_any_id(
    proxy: Microburst, faulty: DynamoClaimStore, direct: DynamoClaimStore, name: str
) -> None:
    direct.insert([CLAIM])
    proxy.set_rules([rule(READ, (WITHOUT_EFFECT | WITH_EFFECT | slow(300))[name])])
    assert faulty.read(["id-1", "id-2"]) == {}
    assert proxy.fired() == [1]


def test_a_renewal_that_is_carried_out_late_does_not_undo_a_later_one(
    proxy: Microburst, faulty: DynamoClaimStore, direct: DynamoClaimStore
) -> None:
    direct.insert([CLAIM])
    late = Claim("id-1", "shard-0:1:0#0", "a:b", 1.5, 1_700_000_000_001, 4_000_000_000, "a")
    later = Claim("id-1", "shard-0:1:0#0", "a:b", 1.5, 1_700_000_000_002, 4_000_000_000, "a")
    proxy.set_rules([rule(WRITE, {"latency": 600})])
    assert faulty.replace([Replacement(CLAIM, late)]) == [Outcome.UNKNOWN]
    assert direct.replace([Replacement(CLAIM, later)]) == [Outcome.DONE]
    time.sleep(0.8)
    assert direct.read(["id-1"]) == {"id-1": later}


def shards_of_batches(random: Random) -> list[list[list[Candidate]]]:
    """Four shards of batches, with copies and reused ids in other batches and on other shards."""
    shards: list[list[list[Candidate]]] = [[[] for _ in range(6)] for _ in range(4)]
    coordinate = itertools.count(1)
    for number in range(500):
        names = ["a:b", *["a:b"] * random.choice([0, 0, 1, 2]), *["a:c"] * random.choice([0, 0, 1])]
        for name in names:
            shard = random.randrange(4)
            owner = f"shard-{shard}:{next(coordinate)}:0#0"
            random.choice(shards[shard]).append(Candidate(f"id-{number}", name, 1.5, owner, "a"))
    return shards


@dataclass(frozen=True, slots=True)
class Function:
    """The transform function's claims, by the real clock."""

    client: DynamoDBClient
    table: str
    executor: Executor

    def invoke(
        self, batch: Sequence[Candidate], deadline_s: float, random: Random
    ) -> list[Verdict]:
        deadline = time.monotonic() + deadline_s
        pace = Pace(
            now_ms=lambda: time.time_ns() // 1_000_000,
            remaining_s=lambda: deadline - time.monotonic(),
            sleep=time.sleep,
            jitter=random.random,
        )
        store = DynamoClaimStore(
            self.client,
            self.table,
            executor=self.executor,
            expired=lambda: time.monotonic() >= deadline,
        )
        return settle(batch, store, pace, dedupe_days=14).verdicts


def deliver(
    function: Function, batches: Sequence[Sequence[Candidate]], random: Random
) -> list[tuple[Sequence[Candidate], list[Verdict]]]:
    """Firehose at one shard: a batch is sent until it is answered, and sometimes once more.

    The first attempt has so little time that some are raised.
    """
    answered: list[tuple[Sequence[Candidate], list[Verdict]]] = []
    for batch in batches:
        deadline_s = 0.2
        left = random.choice([1, 1, 2])
        while left:
            try:
                answered.append((batch, function.invoke(batch, deadline_s, random)))
                left -= 1
            except ClaimsUndecidedError:
                deadline_s = 30.0
    return answered


@pytest.fixture
def function(
    monkeypatch: pytest.MonkeyPatch, proxy: Microburst, claims_table: str, executor: Executor
) -> Iterator[Function]:
    """The function's own client, led to the proxy by the environment alone."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    client = product.dynamodb_client(8)
    yield Function(client, claims_table, executor)
    client.close()


def test_under_every_fault_at_once_nothing_is_lost_and_nothing_is_double(
    proxy: Microburst, function: Function, dynamodb: DynamoDBClient
) -> None:
    # Each fault strikes in its own rhythm; the slow ones, as they cost time, once each.
    often = [
        rule(operation, fault, sequence={"fail": 1, "pass": rhythm})
        for operation in (WRITE, READ)
        for rhythm, fault in zip(
            (10, 12, 16, 18, 22, 28, 30, 36, 40, 42),
            chain(WITHOUT_EFFECT.values(), WITH_EFFECT.values()),
            strict=True,
        )
    ]
    seldom = [
        rule(operation, fault, sequence={"fail": 1, "pass": 15}, times=1)
        for operation in (WRITE, READ)
        for fault in slow(round(product.READ_TIMEOUT_S * 1000) + 200).values()
    ]
    proxy.set_rules([*often, *seldom])
    shards = shards_of_batches(Random(20260101))
    with ThreadPoolExecutor(4) as firehose:
        delivered = firehose.map(deliver, repeat(function), shards, map(Random, range(4)))
        answered = list(chain.from_iterable(delivered))

    assert min(proxy.fired()) >= 1, "every fault struck"
    owners = assert_each_id_passes_at_one_coordinate(answered)
    assert len(owners) == 500
    assert dynamodb.scan(TableName=function.table, Select="COUNT")["Count"] == 500
