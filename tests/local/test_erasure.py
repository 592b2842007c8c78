"""A person who is erased is nowhere any more by the day that was told: every object is read."""

from __future__ import annotations

import gzip
import json
import re
import time
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from firelake.laptop.embedded import variables_of
from firelake.local.cloud import Cloud
from firelake.operations import lake_clock
from tests.helpers.commands import invoked
from tests.helpers.every_object import bodies_of, expire
from tests.helpers.operators import keys_of_operator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

pytestmark = [pytest.mark.local, pytest.mark.timeout(400)]

DAY_S: Final = 86_400
# Iceberg's metadata has 16 characters of a bound.
ANNA: Final = "anna-of-arendell"
BOB: Final = "bob-the-other-one"
CONTRACT: Final = """
version = 1
[fields]
customerId = { type = "string", column = "customer", data_subject = true, description = "Who." }
note = { type = "string", description = "Any text." }
[events."order:placed"]
description = "An order was placed."
optional = ["customerId", "note"]
"""


class Laptop:
    """A lake on this machine, its operator, and a clock that can be put forward."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Notes where it is; `started` starts it."""
        self.folder = folder
        self.ahead_s = 0.0
        self.environment: dict[str, str] = {}
        self.contract = folder / "events.toml"
        self.contract.write_text(CONTRACT)
        self.today = datetime.now(UTC)
        told = lake_clock.time_of

        def later(answer: Mapping[str, Any]) -> int:
            return told(answer) + int(self.ahead_s)

        monkeypatch.setattr(lake_clock, "time_of", later)
        self.config = {
            "startDate": f"{self.today - timedelta(days=60):%Y-%m-%d}",
            "catalog": {"hasCrawler": False, "hasHistory": True, "resultsExpireDays": 9},
            "delivery": {
                "rawExpireDays": 9,
                "errorsExpireDays": 9,
                "oldVersionsExpireDays": 11,
            },
            "watch": {"hasAlarms": False, "hasDashboard": False},
        }

    def now_ms(self) -> int:
        return round((time.time() + self.ahead_s) * 1000)

    def started(self) -> Cloud:
        return Cloud.start(
            self.config,
            folder=self.folder,
            contract_file=self.contract,
            stack="erased",
            is_delivering=False,
            now_ms=self.now_ms,
        )

    def use(self, cloud: Cloud) -> None:
        outputs = {name: str(value) for name, value in cloud.outputs.items()}
        self.environment = {
            **cloud.environment(),
            **variables_of(outputs),
            **keys_of_operator(cloud, "eraser"),
            "FIRELAKE_CONTRACT": str(self.contract),
        }

    def run(self, *arguments: str, code: int = 0) -> str:
        """Output of an operator's command, which must exit with a code."""
        ended, output = invoked(self.environment, *arguments)
        assert ended == code, output
        return output

    def backfill(self, uuid: str, customer: str, days_ago: int) -> None:
        created_at = int(self.today.timestamp()) // DAY_S * DAY_S - days_ago * DAY_S + 100
        event = {"event_uuid": uuid, "event_name": "order:placed", "created_at": created_at}
        path = self.folder / f"{uuid}.jsonl"
        path.write_text(json.dumps({**event, "customerId": customer, "note": "x"}) + "\n")
        self.run("backfill", "--processes", "1", str(path))

    def move(self, code: int = 0) -> None:
        self.run("history", "move", "--grace-minutes", "0", code=code)

    def ids(self) -> list[str]:
        told = self.run("query", "--json", "SELECT event_uuid FROM events_unique ORDER BY 1")
        return [json.loads(row)["event_uuid"] for row in told.splitlines() if row.startswith("{")]


@pytest.fixture
def laptop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    return Laptop(tmp_path, monkeypatch)


@pytest.fixture
def cloud(laptop: Laptop) -> Iterator[Cloud]:
    with laptop.started() as started:
        laptop.use(started)
        yield started


def put(cloud: Cloud, key: str, body: bytes) -> None:
    given = {"Bucket": str(cloud.outputs["bucket"]), "Key": key, "Body": body}
    cloud.clients.call("s3", "PutObject", given)


def holding(cloud: Cloud, text: str) -> list[str]:
    """The objects, and the items of DynamoDB, that hold a text."""
    bucket = str(cloud.outputs["bucket"])
    found = [key for key, body in bodies_of(cloud.clients, bucket) if text.encode() in body]
    items = cloud.clients.call("dynamodb", "Scan", {"TableName": str(cloud.outputs["claimsTable"])})
    return sorted({*found, *(["claims"] if text in str(items) else [])})


def test_nothing_is_left_of_a_person_by_the_day_that_was_told(cloud: Cloud, laptop: Laptop) -> None:
    laptop.move(code=1)
    cloud.update(laptop.config, laptop.contract)
    laptop.backfill("a", ANNA, 28)
    laptop.backfill("b", BOB, 28)
    laptop.move()
    laptop.backfill("c", ANNA, 27)
    day = f"{laptop.today:%Y-%m-%d}"
    record = json.dumps({"event_uuid": "d", "customerId": ANNA}).encode()
    put(cloud, f"raw/dt={day}/hour=01/raw-1.gz", gzip.compress(record))
    failed = json.dumps({"rawData": b64encode(record).decode(), "who": ANNA}).encode()
    name = f"type=processing-failed/dt={day}/failed-1"
    put(cloud, f"errors/{name}", failed)
    put(cloud, f"errors-replayed/{name}", failed)
    laptop.run("query", "--json", "SELECT * FROM events_unique")
    assert laptop.ids() == ["a", "b", "c"]
    before = holding(cloud, ANNA)
    assert {key.partition("/")[0] for key in before} == {
        "athena", "errors", "errors-replayed", "events", "history", "raw"
    }  # fmt: skip

    # S3 and the local Athena have clocks of their own: what they write from now on came later.
    laptop.ahead_s = -2.0 * 3600
    told = laptop.run("erase", "--field", "customerId", "--value", ANNA)
    laptop.ahead_s = 0
    assert "1 value of customerId, hidden from now on by all views" in told
    assert "rows: 1 in events/, 1 in history" in told
    assert "later than a month" not in told
    gone = re.search(r"everything is gone by (\S+ \S+) UTC", told)
    assert gone is not None, told
    gone_at = datetime.fromisoformat(f"{gone[1]}+00:00")
    assert timedelta(days=20) < gone_at - laptop.today <= timedelta(days=28, minutes=10)
    assert laptop.ids() == ["b"]

    laptop.move()
    status = laptop.run("erase", "--status", code=1)
    assert "rows: 0 in events/, 0 in history" in status
    assert "1 under raw/, 1 under errors/, 1 under errors-replayed/" in status
    assert holding(cloud, ANNA) != []
    assert laptop.ids() == ["b"]

    # A week later moves forget what was before them; the local Athena has a clock of its own.
    age = "('vacuum_max_snapshot_age_seconds' = '0')"
    laptop.run("query", f"ALTER TABLE events_history SET TBLPROPERTIES {age}")
    laptop.ahead_s = 8 * DAY_S
    laptop.backfill("e", BOB, 26)
    laptop.move()
    laptop.ahead_s = (gone_at - laptop.today).total_seconds()
    expire(cloud.clients, str(cloud.outputs["bucket"]), gone_at)

    assert holding(cloud, ANNA) == []
    assert laptop.ids() == ["b", "e"]
    assert holding(cloud, BOB) != []
    assert "nothing is left but old versions" in laptop.run("erase", "--status", code=1)
    laptop.ahead_s += 14 * DAY_S
    assert "the entry is removed" in laptop.run("erase", "--status")


def test_what_nobody_marked_is_not_erased(cloud: Cloud, laptop: Laptop) -> None:
    assert cloud.outputs
    told = laptop.run("erase", "--field", "note", "--value", "x", code=2)
    assert "--field 'note' does not say whom events are about" in told
    assert "the contract marks customerId" in told
    told = laptop.run("erase", "--field", "note", code=2)
    assert "give --field with --value or --values, or else --status alone" in told
