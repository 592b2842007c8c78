"""Structs, maps, and fields of other columns, from the stream to Athena and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pytest

from firehose_emulator.settings import LocalSwitches
from firelake.aws.query import Lake
from firelake.laptop.embedded import variables_of
from firelake.local.cloud import Cloud
from tests.helpers.lake_reading import LakeReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.local, pytest.mark.timeout(400)]

SWITCHES: Final = LocalSwitches(flush_sooner_s=0.2, retry_delay_s=0.05, max_retry_delay_s=0.1)
NOW: Final = datetime.now(UTC).replace(microsecond=0)
CONTRACT: Final = """
version = 1
[fields]
userId = { type = "string", column = "user_id", description = "Whose." }
"größe in cm" = { type = "bigint", column = "height_cm", description = "Height." }
address = { type = "struct<zip:string,since:date>", description = "Where to." }
labels = { type = "map<string,string>", max_length = 5, description = "What else is known." }
prices = { type = "map<string,struct<net:decimal(9,2),Since:timestamp>>", description = "Where." }
[fields.items]
type = "array<struct<sku:string,unitPrice:decimal(9,2),at:timestamp,tags:array<string>>>"
description = "What was bought."
[events."order:placed"]
description = "Bought."
required = ["userId"]
optional = ["größe in cm", "address", "items", "labels", "prices"]
"""
COMMON: Final = {"event_name": "order:placed", "created_at": NOW.timestamp()}
ITEM: Final = {
    "sku": "é-1",
    "unitPrice": "0.10",
    "at": "2026-03-02T01:02:03.004Z",
    "tags": ["a", None],
}
EVENTS: Final[list[dict[str, Any]]] = [
    {
        **COMMON,
        "event_uuid": "1",
        "userId": "ada",
        "größe in cm": 178,
        "address": {"zip": "04109", "since": "2026-02-28"},
        "items": [ITEM, None, {"sku": "b"}],
        "labels": {"utm_source": "a", "UTM_Source": "b", "": "c", "größe": None},
        "prices": {"DE": {"net": "0.10", "Since": "2026-03-02T01:02:03.004Z"}, "fr": None},
    },
    {**COMMON, "event_uuid": "2", "userId": "bob", "address": {}, "items": [], "labels": {}},
    {**COMMON, "event_uuid": "3", "userId": "eve", "address": {"zip": "1", "Country": "DE"}},
    {**COMMON, "event_uuid": "4", "userId": "dan", "items": [{"sku": "c"}, {"unitPrice": "0.123"}]},
]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LakeReader, dict[str, str]]]:
    """A lake in which these events are delivered, and the variables by which it is found."""
    folder: Path = tmp_path_factory.mktemp("nested")
    contract_file = folder / "events.toml"
    contract_file.write_text(CONTRACT)
    config = {"firelake:startDate": (NOW.date() - timedelta(days=9)).isoformat()}
    with Cloud.start(
        config, folder=folder, switches=SWITCHES, contract_file=contract_file
    ) as cloud:
        entries = [
            {"PartitionKey": event["event_uuid"], "Data": json.dumps(event).encode()}
            for event in EVENTS
        ]
        asked = {"StreamName": cloud.outputs["streamName"], "Records": entries}
        assert cloud.clients.call("kinesis", "PutRecords", asked)["FailedRecordCount"] == 0
        found = LakeReader(cloud, folder)
        found.wait_until_delivered()
        outputs = {name: str(value) for name, value in cloud.outputs.items()}
        contract = {"FIRELAKE_CONTRACT": str(contract_file)}
        yield found, {**cloud.environment(), **variables_of(outputs), **contract}


@pytest.fixture
def lake(reader: tuple[LakeReader, dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> Lake:
    """The lake as a notebook opens it."""
    for name, value in reader[1].items():
        monkeypatch.setenv(name, value)
    return Lake.from_environment()


def test_members_are_asked_in_sql(lake: Lake) -> None:
    frame = lake.read_sql(
        "SELECT event_uuid, user_id, height_cm, address.zip, address.since,"
        " cardinality(items) AS items, element_at(items, 1).unitprice AS price,"
        " json_extract_scalar(extras, '$.address.Country') AS country"
        " FROM event_order__placed ORDER BY 1"
    )
    rows = [
        {name: None if value != value or value is None else value for name, value in row.items()}  # noqa: PLR0124 -- NaN
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records")
    ]
    nothing = {"height_cm": None, "since": None, "items": None, "price": None, "country": None}
    assert rows == [
        {
            "event_uuid": "1",
            "user_id": "ada",
            "height_cm": 178,
            "zip": "04109",
            "since": date(2026, 2, 28),
            "items": 3,
            "price": Decimal("0.10"),
            "country": None,
        },
        {**nothing, "event_uuid": "2", "user_id": "bob", "zip": None, "items": 0},
        {**nothing, "event_uuid": "3", "user_id": "eve", "zip": "1", "country": "DE"},
    ]


def test_values_of_a_map_are_asked_by_keys_as_they_were_sent(lake: Lake) -> None:
    frame = lake.read_sql(
        "SELECT labels['UTM_Source'] AS upper, element_at(labels, 'utm_source') AS lower,"
        " element_at(labels, 'other') AS other, cardinality(labels) AS n,"
        " contains(map_keys(labels), 'größe') AS has_null, prices['DE'].net AS net,"
        " prices['DE'].since AS since, prices['fr'].net AS of_null"
        " FROM event_order__placed WHERE event_uuid = '1'"
    )
    (row,) = frame.to_dict("records")
    assert (row["upper"], row["lower"], row["n"], row["has_null"]) == ("b", "a", 4, True)
    assert row["net"] == Decimal("0.10")
    assert pd.Timestamp(row["since"]) == pd.Timestamp("2026-03-02T01:02:03.004")
    assert frame[["other", "of_null"]].isna().all(axis=None)
    empty = lake.read_sql(
        "SELECT event_uuid, cardinality(labels) AS n FROM event_order__placed"
        " WHERE event_uuid <> '1' ORDER BY 1"
    )
    assert empty["n"].fillna(-1).tolist() == [0, -1]


def test_an_array_of_structs_is_taken_apart(lake: Lake) -> None:
    frame = lake.read_sql(
        "SELECT event_uuid, sku, tags[1] AS tag, n FROM event_order__placed"
        " CROSS JOIN UNNEST(items) WITH ORDINALITY AS t (sku, unitprice, at, tags, n) ORDER BY n"
    )
    assert frame["sku"].fillna("-").tolist() == ["é-1", "-", "b"]
    assert frame["tag"].fillna("-").tolist() == ["a", "-", "-"]


def test_awswrangler_reads_structs_as_they_are_stored(lake: Lake) -> None:
    frame = lake.read_events("order:placed", start=NOW.date(), columns=["user_id", "items"])
    items = dict(zip(frame["user_id"], frame["items"], strict=True))
    assert items["eve"] is None
    assert list(items["bob"]) == []
    first, second, third = items["ada"]
    assert second is None
    assert (third["sku"], third["unitprice"], third["tags"]) == ("b", None, None)
    assert (first["sku"], first["unitprice"], list(first["tags"])) == (
        "é-1",
        Decimal("0.10"),
        ["a", None],
    )
    labels = lake.read_events("order:placed", start=NOW.date(), columns=["user_id", "labels"])
    by_user = dict(zip(labels["user_id"], labels["labels"], strict=True))
    expected = [("utm_source", "a"), ("UTM_Source", "b"), ("", "c"), ("größe", None)]
    assert sorted(by_user["ada"], key=str) == sorted(expected, key=str)
    assert list(by_user["bob"]) == []
    # Arrow gives pandas a moment inside a struct in nanoseconds.
    assert pd.Timestamp(first["at"]) == pd.Timestamp("2026-03-02T01:02:03.004")


def test_what_breaks_a_member_is_an_error_as_it_was_sent(
    reader: tuple[LakeReader, dict[str, str]],
) -> None:
    assert [json.loads(each) for each in reader[0].errors().elements()] == [EVENTS[3]]
