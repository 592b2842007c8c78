"""Claims tables on an emulated DynamoDB, and clients that never retry by themselves."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

    from firelake.transform.claims import ClaimStore
    from tests.fakes.clock import FakeClock

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class ClaimsTable:
    """An empty store of either kind, the way to take a claim out of it, and its clock."""

    store: ClaimStore
    delete: Callable[[str], object]
    clock: FakeClock


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
