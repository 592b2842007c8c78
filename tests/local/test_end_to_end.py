"""Events from Kinesis to the table, through the built zip: counted to the last one."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from math import ceil
from typing import TYPE_CHECKING, Final

import msgspec
import pytest

from firehose_emulator.settings import LocalSwitches
from firelake.contract.reasons import Reason
from firelake.local.cloud import Cloud
from firelake.samples.expected import Expected, Found, Reckoning, reckon
from firelake.samples.labels import Fate
from tests.helpers.contracts import LEARNING_FILE
from tests.helpers.lake_reading import LakeReader, Row
from tests.helpers.sending import (
    CHILDREN,
    AggregatedRecords,
    NotingPacker,
    packed,
    samples_of,
    send,
    single,
)

if TYPE_CHECKING:
    from firelake.samples.labels import SampleEvent

pytestmark = pytest.mark.local

# The numbers of this file follow from the shipped contract and the seeds.
EVENTS_A_WAY: Final = 1200


class Common(msgspec.Struct):
    event_uuid: str
    event_name: str
    created_at: float


@dataclass(frozen=True)
class Sent:
    """What was sent in one way: events, the records they became, and those that Kinesis got."""

    samples: list[SampleEvent]
    records: list[bytes]
    kinesis_records: int


@dataclass(frozen=True)
class Lake:
    """All that was sent, and what the lake came to."""

    sent: dict[str, Sent]
    rows: list[Row]
    unique_rows: list[Row]
    raw: bytes
    errors: Counter[bytes]

    @property
    def samples(self) -> list[SampleEvent]:
        return [sample for sent in self.sent.values() for sample in sent.samples]

    def reckoning(self) -> Reckoning:
        expected, found = Expected(), Found()
        for _ in chain.from_iterable(expected.watch(each.samples) for each in self.sent.values()):
            pass
        for row in self.unique_rows:
            found.rows[row.event_type][row.event_uuid] += 1
        for data, times in self.errors.items():
            found.failed[data.removesuffix(b"\n")] += times
        return reckon(expected, found)


def send_all(cloud: Cloud) -> dict[str, Sent]:
    """Sends in every way, each with events of its own."""
    sent: dict[str, Sent] = {}
    for seed, way in enumerate(("single", "packed", "aggregated", "packed, aggregated"), start=1):
        inner = NotingPacker(packed(seed) if "packed" in way else single(seed))
        outer = AggregatedRecords(inner) if "aggregated" in way else inner
        samples = list(samples_of(EVENTS_A_WAY, seed))
        production = send(cloud, samples, outer)
        assert production.tally.events == EVENTS_A_WAY
        sent[way] = Sent(samples, inner.noted, production.tally.records)
    return sent


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("lake")
    start = datetime.now(UTC).date() - timedelta(days=9)
    switches = LocalSwitches(flush_sooner_s=1.0)
    with Cloud.start(
        {"firelake:startDate": start.isoformat()},
        folder=folder,
        contract_file=LEARNING_FILE,
        switches=switches,
        is_querying=False,
    ) as cloud:
        sent = send_all(cloud)
        reader = LakeReader(cloud, folder)
        reader.wait_until_delivered()
        return Lake(sent, reader.rows(), reader.unique_rows(), reader.raw(), reader.errors())


def test_every_event_is_one_row_a_dropped_copy_or_an_error(lake: Lake) -> None:
    reckoning = lake.reckoning()
    assert reckoning.faults == ()
    counts = reckoning.counts
    assert sum(count.sent for count in counts) == 4 * EVENTS_A_WAY
    assert (
        sum(count.delivered for count in counts),
        sum(count.duplicates for count in counts),
        sum(count.invalid for count in counts),
    ) == (4159, 288, 353)


@pytest.mark.parametrize(
    ("way", "rows"),
    [
        pytest.param("single", 1040, id="an event a record"),
        pytest.param("packed", 1047, id="packed records"),
        pytest.param("aggregated", 1036, id="aggregates of the KPL"),
        pytest.param("packed, aggregated", 1036, id="packed records in aggregates"),
    ],
)
def test_each_valid_event_is_one_row_whichever_way_it_comes(
    lake: Lake, way: str, rows: int
) -> None:
    delivered = (Fate.DELIVERED, Fate.UNREGISTERED)
    ids = [common(each).event_uuid for each in lake.sent[way].samples if each.fate in delivered]
    found = [row.event_uuid for row in lake.unique_rows if row.event_uuid in set(ids)]
    assert len(found) == rows
    assert sorted(found) == sorted(ids)


def test_a_row_tells_what_was_sent_in_the_partition_of_its_type_and_day(lake: Lake) -> None:
    sent: defaultdict[str, set[tuple[str, float, str]]] = defaultdict(set)
    for sample in lake.samples:
        # Of two events of one id either may be the row.
        if sample.reason in (None, Reason.UUID_REUSED):
            event = common(sample)
            sent[event.event_uuid].add((event.event_name, event.created_at, sample.event_type))
    for row in lake.unique_rows:
        assert (row.event_name, row.created_at, row.event_type) in sent[row.event_uuid]
        assert row.dt == f"{datetime.fromtimestamp(row.created_at, UTC):%Y-%m-%d}"


def test_without_a_fault_the_table_itself_has_each_event_once(lake: Lake) -> None:
    assert lake.rows == lake.unique_rows
    assert len({row.event_uuid for row in lake.rows}) == len(lake.rows)


def test_every_record_stands_under_raw_byte_for_byte(lake: Lake) -> None:
    records = [record for sent in lake.sent.values() for record in sent.records]
    assert len(lake.raw) == sum(map(len, records))
    lines = Counter(line for record in records for line in record.splitlines(keepends=True))
    assert Counter(lake.raw.splitlines(keepends=True)) == lines
    assert [record for record in records if record not in lake.raw] == []


def test_every_invalid_payload_stands_under_errors_byte_for_byte(lake: Lake) -> None:
    invalid = [sample for sample in lake.samples if sample.fate is Fate.INVALID]
    reused = sum(sample.reason is Reason.UUID_REUSED for sample in invalid)
    sent = Counter(
        sample.outgoing.payload + b"\n"
        for sample in invalid
        if sample.reason is not Reason.UUID_REUSED
    )
    # The 353 invalid events are 343 records, as 10 of them hold two events.
    assert (sent.total(), reused) == (333, 10)
    assert sent - lake.errors == Counter()
    assert (lake.errors - sent).total() == reused


def test_children_of_an_aggregate_have_positions_of_their_own(lake: Lake) -> None:
    for way in ("aggregated", "packed, aggregated"):
        sent = lake.sent[way]
        assert sent.kinesis_records == ceil(len(sent.records) / CHILDREN)
    subsequences = Counter(
        int(row.stream_position.split(":")[2].split("#")[0]) for row in lake.rows
    )
    assert set(subsequences) == set(range(CHILDREN))


def common(sample: SampleEvent) -> Common:
    return msgspec.json.decode(sample.outgoing.payload, type=Common)
