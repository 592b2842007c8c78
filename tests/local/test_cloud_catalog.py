"""What MiniStack tells of Glue's and Athena's resources after the program was deployed on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.asked import asked, differences, registered
from tests.helpers.cloud_fixtures import CONFIGS

if TYPE_CHECKING:
    from tests.helpers.cloud_fixtures import Clouds

pytestmark = [
    pytest.mark.local,
    pytest.mark.parametrize("stack", sorted(CONFIGS)),
]


def test_the_database_is_as_asked(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    (database,) = registered(cloud, "CatalogDatabase")
    held = cloud.clients.call("glue", "GetDatabase", {"Name": f"firelake_{stack}"})["Database"]
    wanted = asked(database, "CreateDatabase")["DatabaseInput"]
    assert list(differences(wanted, held)) == []


def test_every_table_and_view_is_as_asked(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    name = {"DatabaseName": cloud.outputs["database"]}
    held = {
        table["Name"]: table
        for table in cloud.clients.pages("glue", "GetTables", name, "TableList")
    }
    wanted = [
        asked(table, "CreateTable")["TableInput"] for table in registered(cloud, "CatalogTable")
    ]
    assert {table["Name"] for table in wanted} == set(held)
    assert len(wanted) > 100
    for table in wanted:
        assert list(differences(table, held[table["Name"]])) == []


def test_the_crawler_is_as_asked_or_absent(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    found = cloud.clients.call("glue", "GetCrawlers", {})["Crawlers"]
    crawlers = registered(cloud, "Crawler")
    if stack == "paid":
        assert (found, crawlers) == ([], [])
        return
    (held,) = found
    wanted = asked(crawlers[0], "CreateCrawler")
    schedule, tags = wanted.pop("Schedule"), wanted.pop("Tags")
    assert list(differences(wanted, held)) == []
    assert held["Schedule"]["ScheduleExpression"] == schedule
    arn = f"arn:aws:glue:us-east-1:111122223333:crawler/{held['Name']}"
    assert cloud.clients.call("glue", "GetTags", {"ResourceArn": arn})["Tags"] == tags


def test_the_workgroups_are_as_asked(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    workgroups = registered(cloud, "Workgroup")
    assert len(workgroups) == 2
    for workgroup in workgroups:
        name = {"WorkGroup": workgroup.inputs["name"]}
        held = cloud.clients.call("athena", "GetWorkGroup", name)["WorkGroup"]
        wanted = asked(workgroup, "CreateWorkGroup")
        del wanted["Tags"]
        assert list(differences(wanted, held)) == []


def test_every_named_query_is_as_asked(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    held = {
        (query["WorkGroup"], query["Name"]): query
        for workgroup in (cloud.outputs["workgroup"], cloud.outputs["analystWorkgroup"])
        for name in [{"WorkGroup": workgroup}]
        for id_ in cloud.clients.call("athena", "ListNamedQueries", name)["NamedQueryIds"]
        for query in [
            cloud.clients.call("athena", "GetNamedQuery", {"NamedQueryId": id_})["NamedQuery"]
        ]
    }
    queries = registered(cloud, "NamedQuery")
    assert sorted(held) == sorted(
        (str(query.inputs["workgroup"]), str(query.inputs["name"])) for query in queries
    )
    for query in queries:
        wanted = asked(query, "CreateNamedQuery")
        assert list(differences(wanted, held[wanted["WorkGroup"], wanted["Name"]])) == []


def test_grants_of_lake_formation_are_kept(clouds: Clouds, stack: str) -> None:
    cloud = clouds(stack)
    granted = [
        inputs["principal"]
        for (type_, _), inputs in cloud.kept.others.items()
        if type_ == "aws:lakeformation/permissions:Permissions"
    ]
    delivery, analyst = "role/firelake-paid-delivery", "role/analyst"
    account = "arn:aws:iam::111122223333:"
    each = [f"{account}{name}" for name in (analyst, analyst, delivery, delivery)]
    assert sorted(map(str, granted)) == {"dev": [], "prod": [], "paid": each}[stack]
