"""Crawls of the deployed crawler: which partitions it registers, and under which role."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from athena_on_duckdb.crawl import crawl
from firelake.local.provision.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.local.cloud import Cloud
    from tests.helpers.cloud_fixtures import Clouds

pytestmark = pytest.mark.local

TABLE = "events"


@pytest.fixture
def cloud(clouds: Clouds) -> Iterator[Cloud]:
    """A cloud whose lake is empty before and after."""
    cloud = clouds("dev")
    yield cloud
    bucket = {"Bucket": cloud.outputs["bucket"]}
    for found in cloud.clients.pages("s3", "ListObjectsV2", bucket, "Contents"):
        cloud.clients.call("s3", "DeleteObject", {**bucket, "Key": found["Key"]})
    table = {"DatabaseName": cloud.outputs["database"], "TableName": TABLE}
    for partition in cloud.clients.pages("glue", "GetPartitions", table, "Partitions"):
        values = {"PartitionValues": partition["Values"]}
        cloud.clients.call("glue", "DeletePartition", {**table, **values})


def put(cloud: Cloud, *keys: str) -> None:
    for key in keys:
        asked = {"Bucket": cloud.outputs["bucket"], "Key": key, "Body": b"PAR1"}
        cloud.clients.call("s3", "PutObject", asked)


def partitions(cloud: Cloud) -> dict[tuple[str, ...], dict[str, Any]]:
    table = {"DatabaseName": cloud.outputs["database"], "TableName": TABLE}
    found = cloud.clients.pages("glue", "GetPartitions", table, "Partitions")
    return {tuple(each["Values"]): each for each in found}


def crawler(cloud: Cloud) -> str:
    return str(cloud.outputs["crawler"])


def test_a_crawl_registers_each_partition_that_holds_objects(cloud: Cloud) -> None:
    put(
        cloud,
        "events/event_type=lesson/dt=2026-11-20/a.parquet",
        "events/event_type=lesson/dt=2026-11-20/b.parquet",
        "events/event_type=lesson/dt=2026-11-21/c.parquet",
        "events/event_type=account/dt=2026-11-21/d.parquet",
        "raw/dt=2026-11-21/hour=10/e.gz",
    )
    found = crawl(cloud.clients, crawler(cloud))
    assert found.added == (
        ("account", "2026-11-21"),
        ("lesson", "2026-11-20"),
        ("lesson", "2026-11-21"),
    )
    assert (found.updated, found.logged) == ((), ())
    assert sorted(partitions(cloud)) == list(found.added)


def test_a_partition_inherits_all_from_the_table_but_its_place(cloud: Cloud) -> None:
    put(cloud, "events/event_type=lesson/dt=2026-11-20/a.parquet")
    crawl(cloud.clients, crawler(cloud))
    name = {"DatabaseName": cloud.outputs["database"], "Name": TABLE}
    table = cloud.clients.call("glue", "GetTable", name)["Table"]
    storage = partitions(cloud)["lesson", "2026-11-20"]["StorageDescriptor"]
    assert storage.pop("Location") == (
        "s3://firelake-dev-111122223333-us-east-1/events/event_type=lesson/dt=2026-11-20/"
    )
    of_table = table["StorageDescriptor"]
    assert of_table.pop("Location") == "s3://firelake-dev-111122223333-us-east-1/events/"
    assert storage == of_table


def test_a_second_crawl_adds_what_is_new_and_changes_nothing_else(cloud: Cloud) -> None:
    put(cloud, "events/event_type=lesson/dt=2026-11-20/a.parquet")
    crawl(cloud.clients, crawler(cloud))
    before = partitions(cloud)
    put(cloud, "events/event_type=lesson/dt=2026-11-21/b.parquet")
    second = crawl(cloud.clients, crawler(cloud))
    assert (second.added, second.updated) == ((("lesson", "2026-11-21"),), ())
    assert before.items() <= partitions(cloud).items()


def test_a_partition_that_is_behind_the_table_is_given_its_columns(cloud: Cloud) -> None:
    put(cloud, "events/event_type=lesson/dt=2026-11-20/a.parquet")
    table = {"DatabaseName": cloud.outputs["database"], "TableName": TABLE}
    old = {"Values": ["lesson", "2026-11-20"], "StorageDescriptor": {"Location": "s3://elsewhere/"}}
    cloud.clients.call("glue", "CreatePartition", {**table, "PartitionInput": old})
    found = crawl(cloud.clients, crawler(cloud))
    assert (found.added, found.updated) == ((), (("lesson", "2026-11-20"),))
    columns = partitions(cloud)["lesson", "2026-11-20"]["StorageDescriptor"]["Columns"]
    assert len(columns) > 100


def test_what_a_crawl_cannot_register_is_told_and_nothing_is_deleted(cloud: Cloud) -> None:
    put(
        cloud,
        "events/event_type=lesson/dt=2026-11-20/a.parquet",
        "events/event_type=/dt=2026-11-20/b.parquet",
        "events/kind=lesson/dt=2026-11-20/c.parquet",
    )
    table = {"DatabaseName": cloud.outputs["database"], "TableName": TABLE}
    empty = {"Values": ["lesson", "2026-11-01"]}
    cloud.clients.call("glue", "CreatePartition", {**table, "PartitionInput": empty})
    found = crawl(cloud.clients, crawler(cloud))
    assert found.logged == (
        "events/event_type=/ is no partition of events by event_type",
        "events/kind=lesson/ is no partition of events by event_type",
        "partition lesson/2026-11-01 of events has no objects any more",
    )
    assert sorted(partitions(cloud)) == [("lesson", "2026-11-01"), ("lesson", "2026-11-20")]


def test_more_partitions_than_one_request_takes_are_registered(cloud: Cloud) -> None:
    put(cloud, *(f"events/event_type=t{number:03d}/dt=2026-11-20/a" for number in range(101)))
    assert len(crawl(cloud.clients, crawler(cloud)).added) == 101
    assert len(partitions(cloud)) == 101


def test_who_starts_the_crawler_finds_the_partitions_and_its_run(cloud: Cloud) -> None:
    def shown() -> dict[str, Any]:
        asked = {"Name": crawler(cloud)}
        answer: dict[str, Any] = cloud.clients.call("glue", "GetCrawler", asked)["Crawler"]
        return answer

    put(cloud, "events/event_type=lesson/dt=2026-11-20/a.parquet")
    cloud.clients.call("glue", "StartCrawler", {"Name": crawler(cloud)})
    assert sorted(partitions(cloud)) == [("lesson", "2026-11-20")]
    assert shown()["State"] == "RUNNING"
    with pytest.raises(ClientError, match="CrawlerRunningException"):
        cloud.clients.call("glue", "StartCrawler", {"Name": crawler(cloud)})
    wait_until(lambda: shown()["State"] == "READY", "the crawl does not end")
    assert shown()["LastCrawl"]["Status"] == "SUCCEEDED"


def test_a_crawler_that_does_something_else_is_refused(cloud: Cloud) -> None:
    role = cloud.clients.call("glue", "GetCrawler", {"Name": crawler(cloud)})["Crawler"]["Role"]
    own = {"Name": "own", "Role": role, "Targets": {"S3Targets": [{"Path": "s3://b/x/"}]}}
    cloud.clients.call("glue", "CreateCrawler", own)
    try:
        with pytest.raises(ClientError, match=r"only .* are done here"):
            cloud.clients.call("glue", "StartCrawler", {"Name": "own"})
    finally:
        cloud.clients.call("glue", "DeleteCrawler", {"Name": "own"})


def test_a_crawl_acts_under_its_own_role(cloud: Cloud) -> None:
    put(cloud, "events/event_type=lesson/dt=2026-11-20/a.parquet")
    name = {"RoleName": crawler(cloud).replace("-events", "-crawler"), "PolicyName": "crawler"}
    policy: Any = cloud.clients.call("iam", "GetRolePolicy", name)["PolicyDocument"]
    document = policy if isinstance(policy, str) else json.dumps(policy)
    less = document.replace("glue:BatchCreatePartition", "glue:GetTable")
    cloud.clients.call("iam", "PutRolePolicy", {**name, "PolicyDocument": less})
    try:
        with pytest.raises(ClientError, match="glue:BatchCreatePartition"):
            crawl(cloud.clients, crawler(cloud))
    finally:
        cloud.clients.call("iam", "PutRolePolicy", {**name, "PolicyDocument": document})
    assert partitions(cloud) == {}
