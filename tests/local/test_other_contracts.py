"""A lake between two contracts: records read again, a table that lags behind, ids used again."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pytest

from firehose_emulator.settings import Faults, LocalSwitches
from firelake.local.cloud import Cloud
from tests.helpers.contracts import LESSONS, LESSONS_FILE
from tests.helpers.lake_reading import LakeReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.local, pytest.mark.timeout(300)]

SWITCHES: Final = LocalSwitches(flush_sooner_s=0.2, retry_delay_s=0.05, max_retry_delay_s=0.1)
READ_TWICE: Final = LocalSwitches(
    flush_sooner_s=0.2, retry_delay_s=0.05, faults=Faults(batch_delivered_twice=1)
)


@dataclass
class Lake:
    """An embedded cloud whose delivery is started by the tests."""

    cloud: Cloud
    reader: LakeReader
    folder: Path
    created_at: float

    def send(self, event_uuid: str, name: str, **fields: object) -> str:
        """Put one event on the stream and give its coordinate."""
        common = {"event_uuid": event_uuid, "event_name": name, "created_at": self.created_at}
        asked = {
            "StreamName": self.cloud.outputs["streamName"],
            "PartitionKey": "p",
            "Data": json.dumps({**common, **fields}).encode(),
        }
        put = self.cloud.clients.call("kinesis", "PutRecord", asked)
        return f"{put['ShardId']}:{put['SequenceNumber']}:0#0"

    def claim(self, event_uuid: str, name: str, owner: str, **more: object) -> None:
        """Leave the claim of a call of the function that died, under another contract."""
        now_s = int(time.time())
        item = {
            "event_uuid": {"S": event_uuid},
            "owner": {"S": owner},
            "event_name": {"S": name},
            "created_at": {"N": repr(self.created_at)},
            "claimed_at": {"N": f"{now_s}.000"},
            "expires_at": {"N": str(now_s + 14 * 86_400)},
            **more,
        }
        self.cloud.clients.call("dynamodb", "PutItem", {"TableName": self.table, "Item": item})

    def forget_claim(self, event_uuid: str) -> None:
        """Delete a claim, as DynamoDB does when it has expired."""
        key = {"event_uuid": {"S": event_uuid}}
        self.cloud.clients.call("dynamodb", "DeleteItem", {"TableName": self.table, "Key": key})

    @property
    def table(self) -> str:
        return str(self.cloud.outputs["claimsTable"])

    def deliver(self, switches: LocalSwitches = SWITCHES) -> None:
        """Deliver all that has been sent."""
        self.cloud.start_delivery(switches)
        self.reader.wait_until_delivered()
        self.cloud.stop_delivery()

    def column(self, event_uuid: str, name: str) -> object:
        """A value of the one row of an event; None where its file has no such column."""
        self.reader.rows()
        files = str(self.folder / "events" / "**" / "*.parquet")
        with duckdb.connect() as connection:
            every = connection.read_parquet(files, union_by_name=True)
            (row,) = every.filter(f"event_uuid = '{event_uuid}'").fetchall()
            return dict(zip(every.columns, row, strict=True)).get(name)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    folder = tmp_path_factory.mktemp("contracts")
    start = datetime.now(UTC).date() - timedelta(days=9)
    config = {
        "firelake:startDate": start.isoformat(),
        "firelake:granularity": "month",
        "firelake:stream": {"mode": "provisioned", "shardCount": 1},
    }
    with Cloud.start(
        config,
        folder=folder,
        contract_file=LESSONS_FILE,
        switches=SWITCHES,
        is_delivering=False,
        is_querying=False,
    ) as cloud:
        yield Lake(cloud, LakeReader(cloud, folder), folder, round(time.time() - 60, 3))


def places(lake: Lake, event_uuid: str) -> tuple[list[str], list[str]]:
    """The partitions by type of an event's rows, and of those that the view shows."""
    return (
        [row.event_type for row in lake.reader.rows() if row.event_uuid == event_uuid],
        [row.event_type for row in lake.reader.unique_rows() if row.event_uuid == event_uuid],
    )


def test_a_record_that_is_read_again_stays_where_its_first_contract_put_it(lake: Lake) -> None:
    known, unknown = "account:probed", "mystery:probed"
    first = lake.send("of-today", known)
    lake.claim("of-today", known, first, is_unregistered={"BOOL": False})
    learnt = lake.send("learnt", known)
    lake.claim("learnt", known, learnt, is_unregistered={"BOOL": True})
    unlearnt = lake.send("unlearnt", unknown)
    lake.claim("unlearnt", unknown, unlearnt, is_unregistered={"BOOL": False})
    older = lake.send("of-an-older-release", known)
    lake.claim("of-an-older-release", known, older)
    lake.deliver(READ_TWICE)

    assert places(lake, "of-today") == (["account"] * 2, ["account"])
    assert places(lake, "learnt") == (["unregistered"] * 2, ["unregistered"])
    assert places(lake, "unlearnt") == (["mystery"] * 2, ["mystery"])
    assert places(lake, "of-an-older-release") == (["account"] * 2, ["account"])
    assert lake.reader.errors() == {}


def test_an_id_that_is_used_again_after_its_claim_hides_no_event(lake: Lake) -> None:
    lake.send("again", "account:probed")
    lake.deliver()
    lake.forget_claim("again")
    lake.send("again", "account:probed", created_at=lake.created_at + 0.25)
    lake.send("again", "account:probed", created_at=lake.created_at + 0.25)
    lake.deliver()

    shown = [row.created_at for row in lake.reader.unique_rows() if row.event_uuid == "again"]
    assert shown == [lake.created_at, lake.created_at + 0.25]


def test_what_the_table_in_use_lacks_stays_in_extras(lake: Lake) -> None:
    """Firehose goes by a table without the columns of the second version; then it has them."""
    call = lake.cloud.clients.call
    place = {"DatabaseName": lake.cloud.outputs["database"]}
    table: dict[str, Any] = call("glue", "GetTable", {**place, "Name": "events"})["Table"]
    taken = ("Name", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
    newest = {name: table[name] for name in taken}
    young = {each.name for each in LESSONS.fields.values() if each.since == 2}
    columns = [each for each in table["StorageDescriptor"]["Columns"] if each["Name"] not in young]
    older = {**newest, "StorageDescriptor": {**table["StorageDescriptor"], "Columns": columns}}
    method = {"user_id": "u", "payment_method": "card", "risk_score": 0.125}

    call("glue", "UpdateTable", {**place, "TableInput": older})
    tell_the_oldest_version(lake, "1")
    lake.send("lagging", "payment:method:added", **method)
    lake.deliver()
    call("glue", "UpdateTable", {**place, "TableInput": newest})
    lake.send("caught-up", "payment:method:added", **method)
    lake.deliver()
    tell_the_oldest_version(lake, "2")
    lake.send("settled", "payment:method:added", **method)
    lake.deliver()

    found = {
        uuid: (lake.column(uuid, "risk_score"), lake.column(uuid, "extras"))
        for uuid in ("lagging", "caught-up", "settled")
    }
    assert found == {
        "lagging": (None, '{"risk_score":0.125}'),
        "caught-up": (0.125, '{"risk_score":0.125}'),
        "settled": (0.125, None),
    }


def test_a_first_deployment_tells_the_function_that_nothing_is_older(lake: Lake) -> None:
    name = {"FunctionName": lake.cloud.outputs["functionName"]}
    found = lake.cloud.clients.call("lambda", "GetFunctionConfiguration", name)
    assert found["Environment"]["Variables"]["FIRELAKE_OLDEST_CONTRACT_VERSION"] == "2"


def tell_the_oldest_version(lake: Lake, version: str) -> None:
    """Deploy the function with another environment, and lead its alias there."""
    call = lake.cloud.clients.call
    name = {"FunctionName": lake.cloud.outputs["functionName"]}
    found = call("lambda", "GetFunctionConfiguration", name)
    variables = {
        **found["Environment"]["Variables"],
        "FIRELAKE_OLDEST_CONTRACT_VERSION": version,
    }
    environment = {"Environment": {"Variables": variables}}
    call("lambda", "UpdateFunctionConfiguration", {**name, **environment})
    published = call("lambda", "PublishVersion", name)["Version"]
    (alias,) = call("lambda", "ListAliases", name)["Aliases"]
    call("lambda", "UpdateAlias", {**name, "Name": alias["Name"], "FunctionVersion": published})
