"""Tests of the guard against replacing and deleting what must stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firelake.infra.bootstrap.resource_types import RESOURCE_TYPES
from firelake.infra.losses.kept import DATA_LOSSES, SCHEMA_LOSSES, kept_refusals
from firelake.infra.preview import digest_of
from tests.helpers.previews import change_of, preview_of

if TYPE_CHECKING:
    from collections.abc import Mapping

FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
URN = f"urn:pulumi:prod::firelake::firelake:delivery:Delivery${FIREHOSE}::delivery"
TOPIC_URN = "urn:pulumi:prod::firelake::firelake:watch:Watch$aws:sns/topic:Topic::topic"
ROLE_URN = "urn:pulumi:prod::firelake::firelake:delivery:Delivery$aws:iam/role:Role::role"


def replaced(
    urn: str = URN,
    *,
    reasons: list[str] | None = None,
    diff_reasons: list[str] | None = None,
    detailed: Mapping[str, str] | None = None,
    state: Mapping[str, object] | None = None,
) -> dict[str, object]:
    kinds = {path: {"kind": kind, "inputDiff": False} for path, kind in (detailed or {}).items()}
    return {
        "op": "replace",
        "urn": urn,
        "replaceReasons": reasons or [],
        "diffReasons": diff_reasons or [],
        "detailedDiff": kinds or None,
        "newState": state or {},
    }


def changes(*steps: Mapping[str, object]) -> list[tuple[str, str]]:
    return [(each.name, each.change) for each in kept_refusals(digest_of(preview_of(*steps)))]


@pytest.mark.parametrize(
    ("step", "properties"),
    [
        pytest.param(replaced(reasons=["name"]), "name", id="reasons alone"),
        pytest.param(
            replaced(
                reasons=["extendedS3Configuration"],
                detailed={
                    "extendedS3Configuration.dynamicPartitioningConfiguration.enabled": (
                        "update-replace"
                    ),
                    "extendedS3Configuration.bufferingInterval": "update",
                },
            ),
            "extendedS3Configuration.dynamicPartitioningConfiguration.enabled",
            id="the path within a reason",
        ),
        pytest.param(
            replaced(
                reasons=["kinesisSourceConfiguration", "name"],
                detailed={"kinesisSourceConfiguration.roleArn": "add-replace"},
            ),
            "kinesisSourceConfiguration.roleArn, name",
            id="a path and another reason",
        ),
        pytest.param(
            replaced(reasons=["tags"], detailed={"tagsAll.owner": "delete-replace"}),
            "tagsAll.owner, tags",
            id="a path that only begins like a reason",
        ),
        pytest.param(
            replaced(diff_reasons=["destination"], detailed={"destination": "update"}),
            "destination",
            id="no reason but a difference",
        ),
    ],
)
def test_a_replacement_is_refused_by_the_properties_that_cause_it(
    step: dict[str, object], properties: str
) -> None:
    assert changes(step) == [("delivery", f"would be replaced because of {properties}")]


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        pytest.param(
            {"propertyDependencies": {"name": [], "roleArn": [ROLE_URN], "source": [ROLE_URN]}},
            "with role, on which its roleArn, source depends",
            id="properties that depend on it",
        ),
        pytest.param(
            {"dependencies": [TOPIC_URN, ROLE_URN], "propertyDependencies": {"arn": [TOPIC_URN]}},
            "with role, on which it depends, and with topic, on which its arn depends",
            id="two of them, one by dependsOn",
        ),
        pytest.param({"parent": ROLE_URN}, "with role, on which it depends", id="its parent"),
    ],
)
def test_what_is_replaced_with_another_names_that_other(
    state: dict[str, object], cause: str
) -> None:
    steps = (replaced(ROLE_URN, reasons=["name"]), {"op": "delete", "urn": TOPIC_URN})
    assert changes(*steps, replaced(state=state)) == [("delivery", f"would be replaced {cause}")]


def test_what_it_depends_on_and_does_not_go_is_not_the_cause() -> None:
    step = replaced(state={"propertyDependencies": {"roleArn": [ROLE_URN]}})
    kept = {"op": "update", "urn": ROLE_URN}
    assert changes(kept, step) == [
        ("delivery", "would be replaced; Pulumi names no property as the cause")
    ]


def test_the_steps_of_one_replacement_are_one_refusal() -> None:
    steps = [
        {"op": "create-replacement", "urn": URN, "replaceReasons": ["name"]},
        replaced(reasons=["name"]),
        {"op": "delete-replaced", "urn": URN},
    ]
    assert changes(*steps) == [("delivery", "would be replaced because of name")]


def test_a_deletion_is_refused() -> None:
    assert changes({"op": "delete", "urn": URN, "detailedDiff": None}) == [
        (
            "delivery",
            "would be deleted: the program has it no more, or under another name or parent",
        )
    ]


@pytest.mark.parametrize("type_name", [*DATA_LOSSES, *SCHEMA_LOSSES])
def test_every_type_that_must_stay_is_guarded(type_name: str) -> None:
    urn = f"urn:pulumi:dev::firelake::firelake:lake:Lake${type_name}::kept"
    (refusal,) = kept_refusals(digest_of(preview_of(replaced(urn, reasons=["name"]))))
    loss = {**DATA_LOSSES, **SCHEMA_LOSSES}[type_name]
    assert str(refusal) == f"kept ({type_name}) would be replaced because of name: {loss}"


def test_what_must_stay_is_what_holds_data() -> None:
    assert DATA_LOSSES.keys() == {type_.type_name for type_ in RESOURCE_TYPES if type_.holds_data}


@pytest.mark.parametrize("operation", ["create", "update", "same", "refresh", "read", "import"])
def test_other_changes_of_them_pass(operation: str) -> None:
    step = {"op": operation, "urn": URN, "diffReasons": ["extendedS3Configuration"]}
    assert changes(step) == []


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(replaced(TOPIC_URN, reasons=["name"]), id="a topic"),
        pytest.param(
            replaced(f"urn:pulumi:dev::firelake::{FIREHOSE}$aws:sns/topic:Topic::topic"),
            id="a topic with such a parent",
        ),
        pytest.param(
            change_of(
                "aws:glue/catalogTable:CatalogTable", "view", {"tableType": "VIRTUAL_VIEW"}, None
            ),
            id="a view",
        ),
    ],
)
def test_what_holds_nothing_may_go(step: dict[str, object]) -> None:
    assert changes(step) == []
