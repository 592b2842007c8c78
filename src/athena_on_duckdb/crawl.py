"""Crawls as a Glue crawler with a catalog target: registers the partitions that hold objects.

A crawler that is configured for anything else is refused.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from athena_on_duckdb.tables.glue import read_table
from firelake.formats.emulation import CrawlError, UnsupportedFeatureError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from athena_on_duckdb.clients import Clients
    from athena_on_duckdb.tables.glue import GlueTable

# Of BatchCreatePartition and BatchUpdatePartition:
# https://docs.aws.amazon.com/glue/latest/webapi/API_BatchCreatePartition.html
_MOST_AT_ONCE: Final = 100

_SUPPORTED: Final[Mapping[str, object]] = {
    "SchemaChangePolicy": {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"},
    "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
}
_SUPPORTED_OUTPUT: Final = {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}


@dataclass(frozen=True, slots=True)
class Crawl:
    """What a crawl did; partitions are given by their values, in the order of the table's keys.

    Attributes:
        added: Partitions that it registered.
        updated: Partitions that it gave the table's present columns.
        logged: What it only tells of: folders that are no partition, partitions without objects.
    """

    added: tuple[tuple[str, ...], ...]
    updated: tuple[tuple[str, ...], ...]
    logged: tuple[str, ...]


def crawl(clients: Clients, crawler: str) -> Crawl:
    """Run a crawler once, under its role.

    https://docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html

    Args:
        clients: Clients of someone who may run crawlers and assume their roles.
        crawler: Name of the crawler.

    Raises:
        UnsupportedFeatureError: The crawler is configured for what is not done here.
        CrawlError: Glue refused a partition.
        botocore.exceptions.ClientError: There is no such crawler, or its role lacks a permission.
    """
    definition = clients.call("glue", "GetCrawler", {"Name": crawler})["Crawler"]
    _refuse_others(crawler, definition)
    own = _assumed(clients, str(definition["Role"]))
    try:
        crawls = [
            _crawl_table(own, str(target["DatabaseName"]), str(table))
            for target in definition["Targets"]["CatalogTargets"]
            for table in target["Tables"]
        ]
    finally:
        own.close()
    return Crawl(
        tuple(values for each in crawls for values in each.added),
        tuple(values for each in crawls for values in each.updated),
        tuple(line for each in crawls for line in each.logged),
    )


def _refuse_others(crawler: str, definition: Mapping[str, Any]) -> None:
    found = {key: definition.get(key) for key in _SUPPORTED}
    output = json.loads(definition.get("Configuration") or "{}").get("CrawlerOutput")
    if found != _SUPPORTED or output != _SUPPORTED_OUTPUT:
        message = (
            f"the crawler {crawler!r} has {found} and {output}: only {dict(_SUPPORTED)} and "
            f"{_SUPPORTED_OUTPUT} are done here"
        )
        raise UnsupportedFeatureError(message)
    others = [key for key, targets in definition["Targets"].items() if targets]
    if others != ["CatalogTargets"]:
        message = f"the crawler {crawler!r} has {others}: only CatalogTargets are crawled here"
        raise UnsupportedFeatureError(message)


def _assumed(clients: Clients, role: str) -> Clients:
    name = role.rpartition("/")[2]
    arn = f"arn:aws:iam::{clients.call('sts', 'GetCallerIdentity', {})['Account']}:role/{name}"
    return clients.assume(arn, session="crawler")


def _crawl_table(clients: Clients, database: str, name: str) -> Crawl:
    answer = clients.call("glue", "GetTable", {"DatabaseName": database, "Name": name})
    table = read_table(database, answer["Table"])
    logged: list[str] = []
    found = dict(partition_folders(clients, table, logged))
    registered = {
        tuple(cast("list[str]", partition["Values"])): partition
        for partition in clients.pages(
            "glue", "GetPartitions", {"DatabaseName": database, "TableName": name}, "Partitions"
        )
    }
    logged += [
        f"partition {'/'.join(values)} of {name} has no objects any more"
        for values in sorted(registered.keys() - found.keys())
    ]
    added = sorted(found.keys() - registered.keys())
    updated = sorted(
        values
        for values in found.keys() & registered.keys()
        if registered[values].get("StorageDescriptor")
        != _input(table, values, found[values])["StorageDescriptor"]
    )
    register_partitions(clients, table, {values: found[values] for values in added})
    update_partitions(clients, table, [_input(table, each, found[each]) for each in updated])
    return Crawl(tuple(added), tuple(updated), tuple(logged))


def partition_folders(
    clients: Clients, table: GlueTable, logged: list[str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give values and location of each partition that has objects, level by level of the keys.

    Args:
        clients: Clients of who may list the objects.
        table: The table.
        logged: Gets a line for each folder that is no partition.
    """
    bucket, _, prefix = table.location.removeprefix("s3://").partition("/")
    level: list[tuple[tuple[str, ...], str]] = [((), prefix)]
    for key in table.keys:
        below: list[tuple[tuple[str, ...], str]] = []
        for values, folder in level:
            for child in _folders(clients, bucket, folder):
                name, equals, value = child[len(folder) : -1].partition("=")
                if name.lower() == key.name and equals and value:
                    below.append(((*values, value), child))
                else:
                    logged.append(f"{child} is no partition of {table.name} by {key.name}")
        level = below
    for values, folder in level:
        yield values, f"s3://{bucket}/{folder}"


def _folders(clients: Clients, bucket: str, prefix: str) -> list[str]:
    listing = {"Bucket": bucket, "Prefix": prefix, "Delimiter": "/"}
    found = clients.pages("s3", "ListObjectsV2", listing, "CommonPrefixes")
    return [str(folder["Prefix"]) for folder in found]


def register_partitions(
    clients: Clients, table: GlueTable, found: Mapping[tuple[str, ...], str]
) -> None:
    """Register partitions with the table's description, by their values and locations.

    Raises:
        CrawlError: Glue refused one.
    """
    inputs = [_input(table, values, location) for values, location in found.items()]
    _send(clients, "BatchCreatePartition", table, "PartitionInputList", inputs)


def update_partitions(
    clients: Clients, table: GlueTable, inputs: Sequence[Mapping[str, Any]]
) -> None:
    """Changes registered partitions, given as Glue is told of them.

    Raises:
        CrawlError: Glue refused one.
    """
    entries = [{"PartitionValueList": each["Values"], "PartitionInput": each} for each in inputs]
    _send(clients, "BatchUpdatePartition", table, "Entries", entries)


def _send(
    clients: Clients, operation: str, table: GlueTable, key: str, entries: Sequence[object]
) -> None:
    for start in range(0, len(entries), _MOST_AT_ONCE):
        target = {"DatabaseName": table.database, "TableName": table.name}
        batch = entries[start : start + _MOST_AT_ONCE]
        _refuse_errors(clients.call("glue", operation, {**target, key: batch}))


def _input(table: GlueTable, values: Sequence[str], location: str) -> dict[str, object]:
    """Returns what Glue is told of a partition: the table's own description, at its place."""
    storage = {**table.raw["StorageDescriptor"], "Location": location}
    return {"Values": list(values), "StorageDescriptor": storage}


def _refuse_errors(answer: Mapping[str, Any]) -> None:
    errors = cast("list[dict[str, Any]]", answer.get("Errors", []))
    # Somebody else may have registered one meanwhile.
    others = [
        each for each in errors if each["ErrorDetail"]["ErrorCode"] != "AlreadyExistsException"
    ]
    if others:
        message = f"Glue refused {len(others)} partitions, the first one with {others[0]}"
        raise CrawlError(message)
