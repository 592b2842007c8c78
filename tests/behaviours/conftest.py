"""The claim stores that the behaviour suite runs on: one in memory, one on an emulated DynamoDB."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, cast

import pytest

from firelake.transform.dynamo_claims import DynamoClaimStore
from tests.fakes.claim_store import InMemoryClaimStore
from tests.fakes.clock import FakeClock
from tests.helpers.claims_tables import ClaimsTable, new_claims_table
from tests.helpers.ministack_fixtures import dynamodb, ministack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["dynamodb", "ministack", "new_dynamodb_table", "new_table", "table"]


def new_memory_table() -> ClaimsTable:
    clock = FakeClock()
    store = InMemoryClaimStore(clock.read)
    return ClaimsTable(store, store.delete, clock)


@pytest.fixture(scope="session")
def new_dynamodb_table(dynamodb: DynamoDBClient) -> Iterator[Callable[[], ClaimsTable]]:
    """Makes empty tables; session scope, so that each hypothesis example can have its own."""
    with ThreadPoolExecutor(8) as executor:

        def make() -> ClaimsTable:
            table = new_claims_table(dynamodb)
            store = DynamoClaimStore(dynamodb, table, executor=executor, expired=lambda: False)

            def delete(event_uuid: str) -> None:
                dynamodb.delete_item(TableName=table, Key={"event_uuid": {"S": event_uuid}})

            return ClaimsTable(store, delete, FakeClock())

        yield make


@pytest.fixture(
    scope="session",
    params=["in memory", pytest.param("DynamoDB", marks=pytest.mark.local)],
)
def new_table(request: pytest.FixtureRequest) -> Callable[[], ClaimsTable]:
    """Makes empty tables of either kind; the emulator starts only where it is needed."""
    if request.param == "in memory":
        return new_memory_table
    return cast("Callable[[], ClaimsTable]", request.getfixturevalue("new_dynamodb_table"))


@pytest.fixture
def table(new_table: Callable[[], ClaimsTable]) -> ClaimsTable:
    return new_table()
