"""The crawler: partitions of `events`, and nothing else."""

from __future__ import annotations

import json

from firelake.catalog.crawler import crawler
from tests.unit.catalog.samples import lake, refusals


def test_it_adds_partitions_to_events_and_changes_nothing_else() -> None:
    definition = crawler(lake())
    assert {**definition, "Configuration": json.loads(definition["Configuration"])} == {
        "DatabaseName": "a_lake",
        "Description": (
            "Registers the partitions of events for engines that cannot project partitions."
            " Athena does not need it."
        ),
        "Targets": {"CatalogTargets": [{"DatabaseName": "a_lake", "Tables": ["events"]}]},
        "SchemaChangePolicy": {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"},
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
        "Configuration": {
            "Version": 1.0,
            "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}},
            "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"},
        },
    }


def test_the_version_is_a_number_as_glue_refuses_a_text() -> None:
    assert crawler(lake())["Configuration"].startswith('{"Version": 1.0,')


def test_glue_takes_it() -> None:
    request = {**crawler(lake()), "Name": "a-crawler", "Role": "a-role"}
    assert refusals("glue", "CreateCrawler", request) == []
