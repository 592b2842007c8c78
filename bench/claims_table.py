"""A claims table on a MiniStack of its own, for the benchmarks that need a DynamoDB."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3

from tests.helpers.claims_tables import new_claims_table
from tests.helpers.ministack_process import ministack_endpoint

if TYPE_CHECKING:
    from collections.abc import Generator

    from mypy_boto3_dynamodb import DynamoDBClient


@contextmanager
def emulated_aws() -> Generator[None]:
    """Points this process' AWS clients at a fresh MiniStack."""
    with ministack_endpoint() as endpoint:
        os.environ |= {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        yield


def new_table() -> str:
    """Makes an empty claims table and gives its name."""
    client: DynamoDBClient = boto3.client("dynamodb")  # pyright: ignore[reportUnknownMemberType] -- see transform.client
    return new_claims_table(client)
