"""The function's DynamoDB client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONNECT_TIMEOUT_S = 1
# A batch of 25 writes takes some 10 ms; a call that takes a hundred times as long is lost.
READ_TIMEOUT_S = 2


def dynamodb_client(calls_in_flight: int) -> DynamoDBClient:
    """Makes a client for claim calls.

    It does not retry by itself, as `firelake.transform.claims.settle` does: within the deadline,
    and only for the statements that have no answer. It leaves out botocore's check of parameters,
    which takes more time than the call's own work; the requests are made in one place and tested.

    Args:
        calls_in_flight: How many calls run at once.
    """
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        max_pool_connections=calls_in_flight,
        parameter_validation=False,
        retries={"total_max_attempts": 1, "mode": "standard"},
    )
    # boto3-stubs types the services that are installed, and leaves the others unknown.
    return boto3.client("dynamodb", config=config)  # pyright: ignore[reportUnknownMemberType]
