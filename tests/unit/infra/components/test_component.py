"""A lake in a program of one's own: names, boundary, path, tags, and parts that are left out."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Final

import pulumi
import pytest

from firelake.infra import CatalogConfig, Existing, OwnNames, WatchConfig
from firelake.infra.errors import ConfigError
from firelake.infra.lake import LAKE_TYPE
from firelake.infra.program import as_it_was_named
from tests.helpers.pulumi_recorder import run
from tests.unit.infra.components.lakes import lake, recorded_program
from tests.unit.infra.components.recordings import config_of, deployed
from tests.unit.infra.components.test_names_and_tags import NAMED, UNTAGGED, of_aws

if TYPE_CHECKING:
    from tests.helpers.pulumi_recorder import Recording

BOUNDARY: Final = "arn:aws:iam::111122223333:policy/platform/no-more-than-this"
OWN: Final = OwnNames(
    prefix="acme-lake",
    bucket="acme-events",
    key_alias="alias/acme/lake",
    stream="acme.clicks",
    claims_table="acme.ids",
    function="acme_judge",
    delivery_stream="acme.to-s3",
    database="acme",
    crawler="acme.nightly",
    workgroup="acme.ops",
    analyst_workgroup="acme.bi",
    dashboard="acme_lake",
    alarms="acme.alarm",
    topic="acme_alarms",
    function_role="acme.judge@lambda",
    delivery_role="acme.firehose",
    crawler_role="acme.glue",
    mover="acme-mover",
    move_machine="acme-move",
    mover_role="acme.mover",
    move_machine_role="acme.states",
    move_schedule_role="acme.scheduler",
    producer_policy="acme.send",
    analyst_policy="acme.query",
    operator_policy="acme.operate",
)


def names_of(recording: Recording) -> set[str]:
    """The names in AWS of all that lies in nothing else."""
    return {
        each.inputs[NAMED[each.type][0]]
        for each in of_aws(recording)
        if NAMED[each.type][1] is None and "Bucket" not in each.type and "TopicP" not in each.type
    }


def test_a_lake_is_named_after_the_component_and_the_stack() -> None:
    made = recorded_program(lambda: lake("shop"))
    assert {each.name for each in made.resources if not each.name.startswith("shop")} == set()
    assert made.only("aws:kinesis/stream:Stream").inputs["name"] == "shop-dev-events"
    assert made.only("Bucket").inputs["bucket"] == "shop-dev-111122223333-us-east-1"
    assert made.outputs["shop"]["namePrefix"] == "shop-dev"


def test_every_part_stands_below_the_component() -> None:
    made = recorded_program(lambda: lake("shop"))
    parents = {each.name: each.parent for each in made.resources}
    top = {each for each in parents if parents[each] == "shop"}
    assert parents["shop"] == ""
    assert top == {f"shop-{part}" for part in PARTS}
    assert {parents[each] for each in parents.keys() - top - {"shop"}} == top


PARTS: Final = (
    *("access", "catalog", "claims", "delivery"),
    *("lake", "stream", "transform", "watch"),
)


def test_every_name_can_be_given() -> None:
    catalog = CatalogConfig(has_history=True)
    made = recorded_program(lambda: lake("shop", names=OWN, catalog=catalog))
    assert {getattr(OWN, each.name) for each in fields(OWN)} - names_of(made) == {
        "acme-lake",
        "acme-events",
        "acme.alarm",
    }
    assert made.only("Bucket").inputs["bucket"] == "acme-events"
    assert {each.inputs["name"] for each in made.all("EventRule")} == {
        "acme.alarm-crawler-failures",
        "acme.alarm-error-objects",
    }
    assert {each.inputs["name"][:11] for each in made.all("MetricAlarm")} == {"acme.alarm-"}


def test_nothing_but_logical_names_tells_the_component_where_every_name_is_given() -> None:
    catalog = CatalogConfig(has_history=True)
    made = recorded_program(lambda: lake("shop", names=OWN, catalog=catalog))
    told = [
        each.name
        for each in of_aws(made)
        if "shop" in json.dumps(each.inputs, default=lambda archive: archive.path)
        # The shipped contract has the event `shop:opened` and its like.
        and each.type != "aws:glue/catalogTable:CatalogTable"
        and "dashboardBody" not in each.inputs
    ]
    assert told == []


def test_the_settings_of_a_stack_take_the_same_names() -> None:
    given = {"prefix": "acme-lake", "claimsTable": "ids"}
    assert config_of(names=given).names == OwnNames(prefix="acme-lake", claims_table="ids")
    table = deployed(names=given).only("Table")
    assert table.inputs["name"] == "ids"
    assert deployed(names=given).outputs["functionName"] == "acme-lake-transform"


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (OwnNames(bucket="Acme"), "names.bucket: 'Acme': must be 3 to 63 lower-case"),
        (OwnNames(database="a-lake"), "names.database: 'a-lake': must be at most 255 lower-case"),
        (OwnNames(key_alias="alias/aws/s3"), "names.keyAlias: 'alias/aws/s3': must be alias/ and"),
        (OwnNames(bucket="sthree-lake"), "names.bucket: sthree-lake: must not begin with"),
    ],
    ids=["bucket", "database", "alias", "a bucket that S3 keeps"],
)
def test_a_name_that_aws_refuses_is_refused_first(names: OwnNames, problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        recorded_program(lambda: lake("shop", names=names))
    assert problem in str(raised.value)


def test_roles_bear_boundary_and_path_and_policies_the_path() -> None:
    made = recorded_program(
        lambda: lake("shop", permissions_boundary=BOUNDARY, iam_path="/data/lake/")
    )
    assert {
        (each.inputs["path"], each.inputs["permissionsBoundary"]) for each in made.all("Role")
    } == {("/data/lake/", BOUNDARY)}
    assert len(made.all("Role")) == 3
    policies = made.all("aws:iam/policy:Policy")
    assert [each.inputs["path"] for each in policies] == ["/data/lake/"] * 3


def test_a_boundary_is_named_within_its_own_path() -> None:
    made = recorded_program(
        lambda: lake("shop", permissions_boundary="platform/limit", iam_path="/data/")
    )
    assert {each.inputs["permissionsBoundary"] for each in made.all("Role")} == {
        "arn:aws:iam::111122223333:policy/platform/limit"
    }


def test_all_that_has_tags_bears_those_that_were_given() -> None:
    made = recorded_program(lambda: lake("shop", tags={"team": "data"}))
    tagged = {each.name for each in of_aws(made) if each.type not in UNTAGGED}
    assert tagged == {
        each.name
        for each in of_aws(made)
        if each.inputs.get("tags") == {"team": "data", "firelake:stack": "shop-dev"}
    }


def test_crawler_alarms_dashboard_and_database_can_be_left_out() -> None:
    made = recorded_program(
        lambda: lake(
            "shop",
            catalog=CatalogConfig(has_crawler=False),
            watch=WatchConfig(has_alarms=False, has_dashboard=False),
            existing=Existing(database="analytics"),
        )
    )
    left = {each.type.rpartition(":")[2] for each in made.resources}
    assert left.isdisjoint(
        {
            *("CatalogDatabase", "Crawler", "Dashboard", "EventRule", "MetricAlarm"),
            *("Topic", "TopicPolicy"),
        }
    )
    assert {each.inputs["databaseName"] for each in made.all("CatalogTable")} == {"analytics"}
    outputs = made.outputs["shop"]
    assert outputs["database"] == "analytics"
    assert {"alarmPrefix", "alarmTopicArn", "crawler", "dashboard"}.isdisjoint(outputs)


def test_a_dashboard_without_alarms_shows_none_and_counts_the_same() -> None:
    made = recorded_program(lambda: lake("shop", watch=WatchConfig(has_alarms=False)))
    body = json.loads(made.only("Dashboard").inputs["dashboardBody"])
    assert [each["type"] for each in body["widgets"] if each["type"] == "alarm"] == []
    assert len(made.all("EventRule")) == 2
    assert made.outputs["shop"]["alarmPrefix"] == "shop-dev"


def test_an_address_for_alarms_that_are_left_out_is_refused() -> None:
    watch = WatchConfig(has_alarms=False, alarm_email="a@b.example")
    with pytest.raises(ConfigError, match=r"alarmEmail: a@b\.example: is not expected without"):
        recorded_program(lambda: lake("shop", watch=watch))


def test_a_contract_is_checked_before_any_part_is_made() -> None:
    with pytest.raises(ConfigError, match="dedupeDays"):
        recorded_program(lambda: lake("shop", dedupe_days=2))


def test_the_parts_of_a_stack_keep_the_names_that_pulumi_knows_them_by() -> None:
    earlier = {f"firelake-{part}": part for part in PARTS}
    found: dict[str, str] = {}

    def program() -> None:
        for each in deployed().resources:
            if each.registration.is_custom:
                continue
            result = as_it_was_named(
                pulumi.ResourceTransformationArgs(
                    resource=pulumi.ComponentResource(each.type, f"again-{each.name}"),
                    type_=each.type,
                    name=each.name,
                    props={},
                    opts=pulumi.ResourceOptions(),
                )
            )
            if each.type == LAKE_TYPE:
                assert result is None
                continue
            assert result is not None
            (alias,) = list(result.opts.aliases or ())
            assert isinstance(alias, pulumi.Alias)
            assert alias.parent is pulumi.ROOT_STACK_RESOURCE
            found[each.name] = str(alias.name)

    run(program)
    assert found == earlier
