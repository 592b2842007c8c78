"""Fixtures around one MiniStack, for the conftest files of the suites that use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.claims_tables import dynamodb_client, new_claims_table
from tests.helpers.ministack_process import ministack_endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="session")
def ministack() -> Iterator[str]:
    """The endpoint URL of a MiniStack that lives as long as the suite."""
    with ministack_endpoint() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def dynamodb(ministack: str) -> Iterator[DynamoDBClient]:
    client = dynamodb_client(ministack)
    yield client
    client.close()


@pytest.fixture
def claims_table(dynamodb: DynamoDBClient) -> str:
    """The name of a fresh claims table."""
    return new_claims_table(dynamodb)
