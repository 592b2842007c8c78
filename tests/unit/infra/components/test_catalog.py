"""Catalog: tables and views as `catalog` renders them, the crawler, and a workgroup with limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firelake.catalog.deployed_table import NOTHING_INHERITED
from firelake.catalog.location import LakeLocation
from firelake.catalog.queries import named_queries
from firelake.catalog.tables import events_errors_table, events_raw_table, events_table
from firelake.catalog.views import event_views, events_unique_view
from firelake.formats.service_models.requests import api_requests
from firelake.infra import iam
from firelake.infra.components.catalog import Catalog
from tests.helpers.transform_parts import contract_of
from tests.unit.infra.components.recordings import (
    BUCKET,
    KEY_ARN,
    NAMES,
    PROTECTED,
    children,
    config_of,
    context_of,
    document,
    outputs_of,
    recorded,
)

if TYPE_CHECKING:
    from firelake.catalog.table_input import TableInput
    from tests.helpers.pulumi_recorder import Recording

CONTRACT = contract_of({"price": "decimal(10,2)", "tags": "array<string>"}, required=["price"])
WITHOUT_CRAWLER = {"catalog": {"hasCrawler": False}}
CRAWLER_PARTS = [
    ("Crawler", "catalog-crawler"),
    ("RolePolicy", "catalog-crawler-policy"),
    ("Role", "catalog-crawler-role"),
]
ALWAYS = [
    ("NamedQuery", "catalog-analyst-query-contract_drift"),
    ("NamedQuery", "catalog-analyst-query-file_sizes"),
    ("NamedQuery", "catalog-analyst-query-freshness"),
    ("NamedQuery", "catalog-analyst-query-rows_by_type_and_day"),
    ("Workgroup", "catalog-analyst-workgroup"),
    ("CatalogDatabase", "catalog-database"),
    ("CatalogTable", "catalog-event_other__done"),
    ("CatalogTable", "catalog-event_thing__done"),
    ("CatalogTable", "catalog-events"),
    ("CatalogTable", "catalog-events_errors"),
    ("CatalogTable", "catalog-events_raw"),
    ("CatalogTable", "catalog-events_unique"),
    ("NamedQuery", "catalog-query-contract_drift"),
    ("NamedQuery", "catalog-query-duplicates_in_raw"),
    ("NamedQuery", "catalog-query-errors_by_code"),
    ("NamedQuery", "catalog-query-file_sizes"),
    ("NamedQuery", "catalog-query-freshness"),
    ("NamedQuery", "catalog-query-rows_by_type_and_day"),
    ("Workgroup", "catalog-workgroup"),
]


def location_of(**values: object) -> LakeLocation:
    config = config_of(**values)
    return LakeLocation(BUCKET, "firelake_dev", config.start_date, config.granularity)


def record(**values: object) -> Recording:
    return recorded(
        lambda: Catalog(
            "catalog", context_of(**values), contract=CONTRACT, inherited=NOTHING_INHERITED
        )
    )


def test_these_resources_make_the_catalog_and_no_others() -> None:
    assert children(record()) == sorted([*ALWAYS, *CRAWLER_PARTS], key=lambda pair: pair[1])


def test_without_the_crawler_its_role_is_gone_too() -> None:
    assert children(record(**WITHOUT_CRAWLER)) == ALWAYS


@pytest.mark.parametrize("granularity", ["month", "day", "hour"])
def test_glue_gets_tables_and_views_to_the_letter_as_the_catalog_renders_them(
    granularity: str,
) -> None:
    location = location_of(granularity=granularity)
    rendered: list[TableInput] = [
        events_table(CONTRACT, location),
        events_raw_table(location),
        events_errors_table(location),
        events_unique_view(CONTRACT, location),
        *event_views(CONTRACT, location),
    ]
    sent: dict[str, Any] = {}
    for table in record(granularity=granularity).all("CatalogTable"):
        (request,) = api_requests(table.type, table.inputs)
        assert request.parameters["DatabaseName"] == "firelake_dev"
        sent[table.name.removeprefix("catalog-")] = request.parameters["TableInput"]
    assert sent == {table["Name"]: table for table in rendered}


def test_queries_stand_in_the_workgroup_and_ask_the_database() -> None:
    queries = [each for each in record().all("NamedQuery") if "-analyst-" not in each.name]
    assert {each.inputs["name"]: each.inputs for each in queries} == {
        query.name: {
            "name": query.name,
            "description": query.description,
            "database": "firelake_dev",
            "workgroup": "firelake-dev",
            "query": query.sql,
        }
        for query in named_queries(location_of())
    }


def test_analysts_have_the_queries_that_read_neither_raw_records_nor_errors() -> None:
    queries = [each for each in record().all("NamedQuery") if "-analyst-" in each.name]
    assert {each.inputs["workgroup"] for each in queries} == {"firelake-dev-analysts"}
    assert {str(each.inputs["name"]) for each in queries} == {
        "contract_drift",
        "file_sizes",
        "freshness",
        "rows_by_type_and_day",
    }


def test_analysts_have_a_workgroup_and_a_place_of_results_of_their_own() -> None:
    catalog = record()
    places = {
        each.inputs["name"]: each.inputs["configuration"]["resultConfiguration"]["outputLocation"]
        for each in catalog.all("Workgroup")
    }
    assert places == {
        "firelake-dev": f"s3://{BUCKET}/athena/operators/",
        "firelake-dev-analysts": f"s3://{BUCKET}/athena/analysts/",
    }
    limits: list[dict[str, object]] = []
    for each in catalog.all("Workgroup"):
        configuration: dict[str, object] = each.inputs["configuration"]
        limits.append({**configuration, "resultConfiguration": {}})
    assert limits[0] == limits[1]


def test_the_workgroup_decides_where_results_go_how_they_are_encrypted_and_how_much_is_read() -> (
    None
):
    assert record(catalog={"scanLimitBytes": 20_000_000}).only(
        "Workgroup", "catalog-workgroup"
    ).inputs == {
        "name": "firelake-dev",
        "description": "Queries of firelake-dev: limited scans, results in the lake's bucket",
        "configuration": {
            "bytesScannedCutoffPerQuery": 20_000_000,
            "enforceWorkgroupConfiguration": True,
            "publishCloudwatchMetricsEnabled": True,
            "engineVersion": {"selectedEngineVersion": "Athena engine version 3"},
            "resultConfiguration": {
                "outputLocation": f"s3://{BUCKET}/athena/operators/",
                "encryptionConfiguration": {"encryptionOption": "SSE_KMS", "kmsKeyArn": KEY_ARN},
            },
        },
        "forceDestroy": True,
        "tags": {},
    }


def test_a_protected_workgroup_is_not_deleted_with_what_is_in_it() -> None:
    workgroups = record(**PROTECTED).all("Workgroup")
    assert [each.inputs["forceDestroy"] for each in workgroups] == [False, False]


def test_the_crawler_adds_partitions_of_events_and_changes_nothing() -> None:
    crawler = record(catalog={"crawlerSchedule": "cron(0 * * * ? *)"}).only("Crawler")
    assert document(crawler, "configuration") == {
        "Version": 1.0,
        "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}},
        "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"},
    }
    others = {key: value for key, value in crawler.inputs.items() if key != "configuration"}
    assert others == {
        "name": "firelake-dev-events",
        "description": "Registers the partitions of events for engines that cannot project"
        " partitions. Athena does not need it.",
        "role": "arn:aws:iam::111122223333:role/firelake-dev-crawler",
        "databaseName": "firelake_dev",
        "catalogTargets": [{"databaseName": "firelake_dev", "tables": ["events"]}],
        "schemaChangePolicy": {"updateBehavior": "LOG", "deleteBehavior": "LOG"},
        "recrawlPolicy": {"recrawlBehavior": "CRAWL_EVERYTHING"},
        "schedule": "cron(0 * * * ? *)",
        "tags": {},
    }


def test_only_glue_takes_the_crawlers_role_and_only_one_policy_is_in_it() -> None:
    catalog = record()
    role = catalog.only("Role")
    assert document(role, "assumeRolePolicy") == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "glue.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    assert set(role.inputs) == {"name", "description", "assumeRolePolicy", "tags"}
    policy = catalog.only("RolePolicy")
    assert (policy.inputs["name"], policy.inputs["role"]) == ("crawler", role.inputs["name"])
    assert document(policy) == iam.policy(iam.crawler_statements(NAMES, KEY_ARN))


def test_role_policy_and_table_are_there_when_the_crawler_looks_for_them() -> None:
    needed = {"catalog-crawler-policy", "catalog-crawler-role", "catalog-events"}
    assert needed < set(record().only("Crawler").depends_on)


ANALYST = "arn:aws:iam::111122223333:role/analyst"
OPERATOR = "arn:aws:iam::111122223333:user/operator"
CRAWLER = "arn:aws:iam::111122223333:role/firelake-dev-crawler"


def test_lake_formation_is_told_nothing_where_it_decides_nothing() -> None:
    assert record().all("Permissions") == []


def test_where_lake_formation_decides_crawler_and_people_are_granted_what_they_need() -> None:
    catalog = record(
        catalog={"hasLakeFormation": True, "lakeFormationPrincipals": [ANALYST, OPERATOR]}
    )
    granted = [
        (each.inputs["principal"], each.inputs["permissions"], each.inputs.get(resource))
        for each in catalog.all("Permissions")
        for resource in ("database", "table")
        if each.inputs.get(resource)
    ]
    database = {"name": "firelake_dev"}
    everything = {"databaseName": "firelake_dev", "wildcard": True}
    events = {"databaseName": "firelake_dev", "name": "events"}
    assert sorted(granted, key=str) == sorted(
        [
            (ANALYST, ["DESCRIBE"], database),
            (ANALYST, ["DESCRIBE", "SELECT"], everything),
            (OPERATOR, ["DESCRIBE"], database),
            (OPERATOR, ["DESCRIBE", "SELECT"], everything),
            (CRAWLER, ["DESCRIBE"], database),
            (CRAWLER, ["ALTER", "DESCRIBE", "INSERT", "SELECT"], events),
        ],
        key=str,
    )
    assert {"catalog-crawler-database-grant", "catalog-crawler-table-grant"} <= set(
        catalog.only("Crawler").depends_on
    )


def test_it_gives_out_the_names_of_database_and_workgroup() -> None:
    assert outputs_of(record()) == {"database": "firelake_dev", "workgroup": "firelake-dev"}
