"""Claims: an encrypted table with a time to live, on demand or scaled between bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firelake.infra.components.claims import Claims
from firelake.infra.config_setting import CapacityMode
from tests.helpers.pulumi_recorder import run
from tests.unit.infra.components.recordings import (
    KEY_ARN,
    NAMES,
    PROTECTED,
    children,
    config_of,
    context_of,
    outputs_of,
    recorded,
)

if TYPE_CHECKING:
    from tests.helpers.pulumi_recorder import Recording

PROVISIONED = {
    "mode": "provisioned",
    "minWriteUnits": 5,
    "maxWriteUnits": 500,
    "minReadUnits": 2,
    "maxReadUnits": 40,
}


def record(living_mode: CapacityMode | None = None, **values: object) -> Recording:
    return recorded(lambda: Claims("claims", context_of(**values), living_mode))


def test_a_table_on_demand_has_no_autoscaling() -> None:
    claims = record()
    assert children(claims) == [("Table", "claims-table")]
    assert claims.only("Table").inputs == {
        "name": "firelake-dev-claims",
        "attributes": [{"name": "event_uuid", "type": "S"}],
        "hashKey": "event_uuid",
        "billingMode": "PAY_PER_REQUEST",
        "tableClass": "STANDARD",
        "ttl": {"enabled": True, "attributeName": "expires_at"},
        "pointInTimeRecovery": {"enabled": False},
        "serverSideEncryption": {"enabled": True, "kmsKeyArn": KEY_ARN},
        "deletionProtectionEnabled": False,
        "tags": {},
    }
    assert claims.only("Table").registration.ignored_changes == ()


def test_a_provisioned_table_scales_reads_and_writes() -> None:
    claims = record(claims=PROVISIONED, tags={"owner": "data"})
    assert children(claims) == [
        ("Policy", "claims-read-scaling"),
        ("Target", "claims-read-target"),
        ("Table", "claims-table"),
        ("Policy", "claims-write-scaling"),
        ("Target", "claims-write-target"),
    ]
    assert claims.only("Target", "claims-write-target").inputs == {
        "serviceNamespace": "dynamodb",
        "resourceId": "table/firelake-dev-claims",
        "scalableDimension": "dynamodb:table:WriteCapacityUnits",
        "minCapacity": 5,
        "maxCapacity": 500,
        "tags": {"owner": "data"},
    }
    assert claims.only("Policy", "claims-read-scaling").inputs == {
        "name": "firelake-dev-claims-read",
        "policyType": "TargetTrackingScaling",
        "serviceNamespace": "dynamodb",
        "resourceId": "table/firelake-dev-claims",
        "scalableDimension": "dynamodb:table:ReadCapacityUnits",
        "targetTrackingScalingPolicyConfiguration": {
            "predefinedMetricSpecification": {
                "predefinedMetricType": "DynamoDBReadCapacityUtilization"
            },
            "targetValue": 70,
        },
    }


@pytest.mark.parametrize(
    ("units", "least", "most"), [("Write", 5, 500), ("Read", 2, 40)], ids=["writes", "reads"]
)
def test_each_direction_scales_between_its_own_bounds(units: str, least: int, most: int) -> None:
    claims = record(claims=PROVISIONED)
    target = claims.only("Target", f"claims-{units.lower()}-target").inputs
    policy = claims.only("Policy", f"claims-{units.lower()}-scaling").inputs
    dimension = f"dynamodb:table:{units}CapacityUnits"
    assert (target["minCapacity"], target["maxCapacity"]) == (least, most)
    assert target["scalableDimension"] == policy["scalableDimension"] == dimension


def test_what_autoscaling_sets_is_no_change_to_undo() -> None:
    table = record(CapacityMode.PROVISIONED, claims=PROVISIONED).only("Table")
    assert table.inputs["billingMode"] == "PROVISIONED"
    assert (table.inputs["writeCapacity"], table.inputs["readCapacity"]) == (5, 2)
    assert set(table.registration.ignored_changes) == {"readCapacity", "writeCapacity"}


@pytest.mark.parametrize(
    ("living_mode", "units"),
    [(None, (5, 2)), (CapacityMode.ON_DEMAND, (500, 40))],
    ids=["a new table", "one on demand"],
)
def test_a_table_becomes_provisioned_with_units_that_it_can_begin_with(
    living_mode: CapacityMode | None, units: tuple[int, int]
) -> None:
    table = record(living_mode, claims=PROVISIONED).only("Table")
    assert (table.inputs["writeCapacity"], table.inputs["readCapacity"]) == units
    # Pulumi would leave out what it is told to ignore and has not set before.
    assert table.registration.ignored_changes == ()


@pytest.mark.parametrize(
    ("tables", "mode"),
    [
        ({}, None),
        ({"firelake-prod-claims": "PROVISIONED"}, None),
        ({"firelake-dev-claims": "PAY_PER_REQUEST"}, CapacityMode.ON_DEMAND),
        ({"firelake-dev-claims": "PROVISIONED"}, CapacityMode.PROVISIONED),
    ],
    ids=["none", "another stack's", "on demand", "provisioned"],
)
def test_the_table_that_is_there_is_looked_at(
    tables: dict[str, str], mode: CapacityMode | None
) -> None:
    found: list[CapacityMode | None] = []

    def look() -> None:
        found.append(Claims.living_mode(NAMES, config_of(claims=PROVISIONED)))
        found.append(Claims.living_mode(NAMES, config_of()))

    run(look, tables=tables)
    assert found == [mode, None]


def test_an_on_demand_table_can_be_warm_from_the_start() -> None:
    table = record(claims={"warmWriteUnits": 20_000, "warmReadUnits": 15_000}).only("Table")
    assert table.inputs["warmThroughput"] == {
        "writeUnitsPerSecond": 20_000,
        "readUnitsPerSecond": 15_000,
    }
    writes = record(claims={"warmWriteUnits": 20_000}).only("Table")
    assert writes.inputs["warmThroughput"] == {"writeUnitsPerSecond": 20_000}


def test_a_table_that_keeps_much_for_long_may_have_the_class_for_it() -> None:
    table = record(claims={"tableClass": "STANDARD_INFREQUENT_ACCESS"}).only("Table")
    assert table.inputs["tableClass"] == "STANDARD_INFREQUENT_ACCESS"


def test_units_without_bounds_are_refused_by_the_component_too() -> None:
    with pytest.raises(ValueError, match="bounds of Write units"):
        record(claims={"mode": "provisioned"})


def test_a_protected_table_is_kept_by_pulumi_and_by_dynamodb() -> None:
    table = record(None, claims={"hasPointInTimeRecovery": True}, **PROTECTED).only("Table")
    assert table.protect
    assert table.inputs["deletionProtectionEnabled"] is True
    assert table.inputs["pointInTimeRecovery"] == {"enabled": True}
    assert not record().only("Table").protect


def test_it_gives_out_the_name_of_the_table() -> None:
    assert outputs_of(record()) == {"tableName": "firelake-dev-claims"}
