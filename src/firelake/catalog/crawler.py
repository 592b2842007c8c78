"""The crawler that registers the partitions of `events` for engines that cannot project."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, TypedDict

from firelake.contract.names import TABLE_EVENTS

if TYPE_CHECKING:
    from firelake.catalog.location import LakeLocation


class CatalogTarget(TypedDict):
    """Tables of one database that a crawler looks after."""

    DatabaseName: str
    Tables: list[str]


class CrawlerTargets(TypedDict):
    """What a crawler reads; tables of the catalog and plain prefixes do not mix."""

    CatalogTargets: list[CatalogTarget]


class SchemaChangePolicy(TypedDict):
    """What a crawler does when files differ from the table."""

    UpdateBehavior: str
    DeleteBehavior: str


class RecrawlPolicy(TypedDict):
    """Which folders a crawler reads again."""

    RecrawlBehavior: str


class CrawlerInput(TypedDict):
    """The part of Glue's `CreateCrawler` that the catalog knows: all but name, role and schedule.

    https://docs.aws.amazon.com/glue/latest/webapi/API_CreateCrawler.html
    """

    DatabaseName: str
    Description: str
    Targets: CrawlerTargets
    SchemaChangePolicy: SchemaChangePolicy
    RecrawlPolicy: RecrawlPolicy
    Configuration: str


# Columns come from the contract alone: the crawler adds partitions, which take everything else
# from the table. A catalog target makes compatible schemas one in any case; it is said here so
# that what Glue shows is what was sent.
# https://docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html
_CONFIGURATION: Final = {
    "Version": 1.0,
    "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}},
    "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"},
}


def crawler(lake: LakeLocation) -> CrawlerInput:
    """Render the crawler of `events`: it adds partitions, changes no column, deletes nothing."""
    return {
        "DatabaseName": lake.database,
        "Description": f"Registers the partitions of {TABLE_EVENTS} for engines that cannot"
        " project partitions. Athena does not need it.",
        "Targets": {
            "CatalogTargets": [{"DatabaseName": lake.database, "Tables": [TABLE_EVENTS]}],
        },
        # Catalog targets take no other DeleteBehavior than LOG.
        "SchemaChangePolicy": {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"},
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
        "Configuration": json.dumps(_CONFIGURATION),
    }
