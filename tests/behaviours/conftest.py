"""The claim stores that the behaviour suite runs on: in memory and on an emulated DynamoDB.

Each has both layouts; a full page is one on which the events of a test find no place.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, cast

import pytest

from firelake.contract.claim_schedule import ITEMS_ONLY, Schedule
from firelake.transform.claim_pages import slot_of
from firelake.transform.dynamo_claims import DynamoClaimStore
from firelake.transform.dynamo_pages import DynamoPages, FullPages
from tests.fakes.claim_store import InMemoryClaimStore
from tests.fakes.clock import FakeClock
from tests.helpers.claims_tables import ClaimsTable, new_claims_table
from tests.helpers.ministack_fixtures import dynamodb, ministack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from firelake.transform.claim_pages import ClaimKey

__all__ = ["dynamodb", "ministack", "new_dynamodb_table", "new_table", "table"]

PAGES: Final = Schedule.parse(["pages 3600s/1"])
SCHEDULES: Final = {"items": ITEMS_ONLY, "pages": PAGES, "a full page": PAGES}
# The page of all events that were created in the hour before the fake clocks begin.
PAGE: Final = slot_of("", "", FakeClock.START_MS / 1000 - 1, PAGES.entries[0].pages).page  # type: ignore[arg-type]
PAGE_EXPIRES_AT_S: Final = 4_002_000_000


def new_memory_table(layout: str = "items") -> ClaimsTable:
    clock = FakeClock()
    store = InMemoryClaimStore(clock.read)
    if layout == "a full page":
        store.fill(PAGE, PAGE_EXPIRES_AT_S)
    return ClaimsTable(store, store.delete, clock, SCHEDULES[layout])


@pytest.fixture(scope="session")
def new_dynamodb_table(dynamodb: DynamoDBClient) -> Iterator[Callable[[str], ClaimsTable]]:
    """Makes empty tables; session scope, so that each hypothesis example can have its own."""
    with ThreadPoolExecutor(8) as executor:

        def make(layout: str = "items") -> ClaimsTable:
            table = new_claims_table(dynamodb)
            pages = DynamoPages(dynamodb, table, FullPages())
            store = DynamoClaimStore(
                dynamodb, table, executor=executor, expired=lambda: False, pages=pages
            )
            if layout == "a full page":
                dynamodb.put_item(
                    TableName=table,
                    Item={
                        "event_uuid": {"S": PAGE},
                        "expires_at": {"N": str(PAGE_EXPIRES_AT_S)},
                        "full": {"BOOL": True},
                    },
                )

            def delete(key: ClaimKey) -> None:
                if isinstance(key, str) or key.is_alone:
                    where = key if isinstance(key, str) else key.item_key
                    dynamodb.delete_item(TableName=table, Key={"event_uuid": {"S": where}})
                    return
                dynamodb.update_item(
                    TableName=table,
                    Key={"event_uuid": {"S": key.page}},
                    UpdateExpression="REMOVE #name",
                    ExpressionAttributeNames={"#name": key.name},
                )

            return ClaimsTable(store, delete, FakeClock(), SCHEDULES[layout])

        yield make


@pytest.fixture(
    scope="session",
    params=["in memory", pytest.param("DynamoDB", marks=pytest.mark.local)],
)
def new_table(request: pytest.FixtureRequest) -> Callable[[str], ClaimsTable]:
    """Makes empty tables of either kind; the emulator starts only where it is needed."""
    if request.param == "in memory":
        return new_memory_table
    return cast("Callable[[str], ClaimsTable]", request.getfixturevalue("new_dynamodb_table"))


@pytest.fixture(params=list(SCHEDULES))
def layout(request: pytest.FixtureRequest) -> str:
    """The layout of a table; tests that are about one name it."""
    return cast("str", request.param)


@pytest.fixture
def table(new_table: Callable[[str], ClaimsTable], layout: str) -> ClaimsTable:
    return new_table(layout)
