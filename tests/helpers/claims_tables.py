"""Claims tables on an emulated DynamoDB, and clients that never retry by themselves."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from firelake.contract.claim_schedule import ITEMS_ONLY, Schedule
from firelake.transform.claim_pages import ClaimKey, Slot
from firelake.transform.claims import Candidate, Claim, Outcome, placed
from firelake.transform.settling import Pace, Settled, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from firelake.transform.claims import ClaimStore
    from tests.fakes.clock import FakeClock

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class ClaimsTable:
    """An empty store of either kind, the way to take a claim out of it, its clock and layouts."""

    store: ClaimStore
    delete: Callable[[ClaimKey], object]
    clock: FakeClock
    schedule: Schedule = ITEMS_ONLY

    def key_of(self, candidate: Candidate) -> ClaimKey:
        """Where the claim of an event is."""
        return placed(candidate, self.schedule)[0]

    def claim_of(self, candidate: Candidate) -> Claim | None:
        """The claim that is there for an event."""
        key = self.key_of(candidate)
        found = self.store.read([key])[key]
        if found is Outcome.FULL and isinstance(key, Slot):
            key = key._replace(is_alone=True)
            found = self.store.read([key])[key]
        assert found is not Outcome.FULL
        return found

    def settle(
        self, candidates: Sequence[Candidate], pace: Pace, store: ClaimStore | None = None
    ) -> Settled:
        """Decides about a batch, as the function does."""
        return settle(candidates, store or self.store, pace, dedupe_days=14, schedule=self.schedule)


def dynamodb_client(endpoint: str, *, read_timeout_s: float = 10.0) -> DynamoDBClient:
    """A client with made-up credentials."""
    # boto3-stubs knows the services whose stubs are installed, and shows the others as unknown.
    return boto3.client(  # pyright: ignore[reportUnknownMemberType]
        "dynamodb",
        endpoint_url=endpoint,
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(
            connect_timeout=2,
            read_timeout=read_timeout_s,
            retries={"total_max_attempts": 1},
            max_pool_connections=16,
        ),
    )


def new_claims_table(client: DynamoDBClient) -> str:
    """Makes a table as the stack does, and gives its name."""
    table = f"claims-{next(_numbers)}"
    client.create_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "event_uuid", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "event_uuid", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.update_time_to_live(
        TableName=table,
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"},
    )
    return table
