"""What a crawl refuses, and what it tells of Glue's refusals; nothing is asked for real."""

from __future__ import annotations

import json
from typing import Any

import pytest

from athena_on_duckdb.crawl import Crawl, crawl
from firelake.formats.emulation import CrawlError, UnsupportedFeatureError
from tests.fakes.api_clients import RecordingClients

CONFIGURATION = {
    "Version": 1.0,
    "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}},
}
CRAWLER: dict[str, Any] = {
    "Role": "arn:aws:iam::111122223333:role/crawler",
    "Targets": {
        "S3Targets": [],
        "CatalogTargets": [{"DatabaseName": "lake", "Tables": ["events"]}],
    },
    "SchemaChangePolicy": {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"},
    "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
    "Configuration": json.dumps(CONFIGURATION),
}
TABLE: dict[str, Any] = {
    "Name": "events",
    "PartitionKeys": [{"Name": "dt", "Type": "string"}],
    "StorageDescriptor": {"Location": "s3://lake/events/", "Columns": []},
}


def clients_of(crawler: dict[str, Any], **answers: dict[str, Any]) -> RecordingClients:
    return RecordingClients(
        {
            "GetCrawler": {"Crawler": crawler},
            "GetTable": {"Table": TABLE},
            "ListObjectsV2": {"CommonPrefixes": [{"Prefix": "events/dt=2026-11-20/"}]},
            **answers,
        }
    )


def refused(code: str) -> dict[str, Any]:
    return {"Errors": [{"PartitionValues": ["x"], "ErrorDetail": {"ErrorCode": code}}]}


def test_a_crawl_acts_under_the_role_of_the_crawler() -> None:
    clients = clients_of(CRAWLER)
    found = crawl(clients.as_clients(), "nightly")
    assert found == Crawl(added=(("2026-11-20",),), updated=(), logged=())
    assert clients.operations() == [
        "GetCrawler",
        "GetCallerIdentity",
        "AssumeRole",
        "GetTable",
        "ListObjectsV2",
        "GetPartitions",
        "BatchCreatePartition",
    ]
    role = "arn:aws:iam::111122223333:role/crawler"
    assert clients.parameters("AssumeRole") == {"arn": role, "session": "crawler"}
    assert clients.parameters("BatchCreatePartition")["PartitionInputList"] == [
        {
            "Values": ["2026-11-20"],
            "StorageDescriptor": {"Location": "s3://lake/events/dt=2026-11-20/", "Columns": []},
        }
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"SchemaChangePolicy": {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"}},
        {"SchemaChangePolicy": {"UpdateBehavior": "LOG", "DeleteBehavior": "DELETE_FROM_DATABASE"}},
        {"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}},
        {"Configuration": json.dumps({"Version": 1.0})},
        {"Configuration": ""},
        {"Targets": {"S3Targets": [{"Path": "s3://lake/events/"}], "CatalogTargets": []}},
    ],
    ids=["changes tables", "deletes", "new folders only", "own columns", "no output", "S3"],
)
def test_a_crawler_that_does_something_else_is_refused(change: dict[str, Any]) -> None:
    clients = clients_of({**CRAWLER, **change})
    with pytest.raises(UnsupportedFeatureError, match="'nightly'"):
        crawl(clients.as_clients(), "nightly")
    assert clients.operations() == ["GetCrawler"]


def test_a_partition_that_glue_does_not_take_is_an_error() -> None:
    clients = clients_of(CRAWLER, BatchCreatePartition=refused("InvalidInputException"))
    with pytest.raises(CrawlError, match=r"refused 1 partitions.*InvalidInputException"):
        crawl(clients.as_clients(), "nightly")


def test_a_partition_that_somebody_else_registered_meanwhile_is_none() -> None:
    clients = clients_of(CRAWLER, BatchCreatePartition=refused("AlreadyExistsException"))
    assert crawl(clients.as_clients(), "nightly").added == (("2026-11-20",),)
