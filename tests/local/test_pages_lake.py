"""A whole lake whose claims are on pages: function, roles, a shard read twice, and an operator."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from athena_on_duckdb.clients import Clients
from firehose_emulator.settings import Faults, LocalSwitches
from firelake.failures.claims import ClaimsTable
from firelake.failures.deletion import Deletion
from firelake.local.cloud import Cloud
from firelake.operations.lake_clock import LakeClock
from firelake.transform.claims import Outcome, owns
from tests.helpers.contracts import LESSONS_FILE
from tests.helpers.lake_reading import LakeReader
from tests.helpers.operators import keys_of_operator
from tests.local.test_other_contracts import Lake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from firelake.aws.query_stored import Identity

pytestmark = [pytest.mark.local, pytest.mark.timeout(300)]

SCHEDULE: Final = "pages 60s/2"
NAME: Final = "account:probed"
TWICE: Final = LocalSwitches(
    flush_sooner_s=0.2, retry_delay_s=0.05, faults=Faults(batch_delivered_twice=1)
)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    folder = tmp_path_factory.mktemp("pages")
    start = datetime.now(UTC).date() - timedelta(days=9)
    config = {
        "firelake:startDate": start.isoformat(),
        "firelake:stream": {"mode": "provisioned", "shardCount": 1},
        "firelake:claims": {"schedule": [SCHEDULE]},
    }
    with Cloud.start(
        config,
        folder=folder,
        contract_file=LESSONS_FILE,
        switches=TWICE,
        is_delivering=False,
        is_querying=False,
    ) as cloud:
        yield Lake(cloud, LakeReader(cloud, folder), folder, round(time.time() - 60, 3))


def items_of(lake: Lake) -> list[dict[str, Any]]:
    found: dict[str, Any] = lake.cloud.clients.call("dynamodb", "Scan", {"TableName": lake.table})
    return [each for each in found["Items"] if not each["event_uuid"]["S"].startswith("firelake-")]


def test_each_event_is_one_row_and_its_claim_is_on_a_page(lake: Lake) -> None:
    ids = [f"id-{number:02d}" for number in range(40)]
    sent = {uuid: lake.send(uuid, NAME) for uuid in ids}
    for uuid in ids[::3]:
        lake.send(uuid, NAME)
    lake.send("id-00", NAME, created_at=lake.created_at + 0.5)
    lake.deliver(TWICE)

    unique = [row for row in lake.reader.unique_rows() if row.event_uuid.startswith("id-")]
    shown = [(row.event_uuid, row.created_at) for row in unique]
    again = ("id-00", lake.created_at + 0.5)
    assert shown == sorted([*((uuid, lake.created_at) for uuid in ids), again])
    assert lake.reader.errors() == {}
    items = items_of(lake)
    assert 1 <= len(items) <= 4
    # Another test of this module leaves one more.
    assert sum(len(item) - 2 for item in items) in {41, 42}
    positions = {row.event_uuid: row.stream_position for row in unique}
    assert {uuid: positions[uuid] for uuid in ids[1:]} == {uuid: sent[uuid] for uuid in ids[1:]}


def test_an_operator_reads_a_claim_and_takes_it_off_its_page_as_it_was_read(lake: Lake) -> None:
    position = lake.send("stuck", NAME)
    lake.deliver(TWICE)
    event: Identity = ("stuck", NAME, lake.created_at)
    keys = keys_of_operator(lake.cloud, "operator-of-pages")
    clients = Clients({**lake.cloud.environment(), **keys})
    client = cast("DynamoDBClient", clients.client("dynamodb"))
    with ThreadPoolExecutor(2) as executor:
        clock = LakeClock(client, lake.table)
        table = ClaimsTable(client, lake.table, clock.schedule, executor=executor)
        claim = table.read([event])[event]
        assert claim is not None
        assert owns(claim, position)
        late = Deletion(claim.key, claim.owner, claim.claimed_at_ms + 1)
        other = Deletion(claim.key, "0011223344556677", claim.claimed_at_ms)
        as_read = Deletion(claim.key, claim.owner, claim.claimed_at_ms)
        assert table.delete([late, other]) == [Outcome.REFUSED] * 2
        assert table.delete([as_read]) == [Outcome.DONE]
        assert table.read([event]) == {event: None}
    assert str(clock.schedule()) == SCHEDULE
