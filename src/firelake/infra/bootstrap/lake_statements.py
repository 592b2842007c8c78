"""What the roles of GitHub may do with the lake's resources: query one, or deploy one.

The statements follow from the table of resource types. They are spread over several managed
policies, as one holds 6,144 characters and a role has ten of them:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from firelake.infra.bootstrap.names import PROTECTED_STACKS
from firelake.infra.bootstrap.places import any_key, arns, conditions, key_to_be, new_key
from firelake.infra.bootstrap.resource_types import (
    RESOURCE_TYPES,
    UNCONDITIONED,
    UNCONFINED,
    Bundle,
    Place,
)
from firelake.infra.iam.people import CONSOLE, analyst_statements
from firelake.infra.iam.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firelake.infra.bootstrap.resource_types import ResourceType
    from firelake.infra.iam.statements import Statement
    from firelake.infra.naming import Names


_TABLE_KEY_ACTIONS: Final = (
    "kms:CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext "
    "ReEncryptFrom ReEncryptTo"
)
# What a key takes before its own tag is sure to count.
_NEW_KEY_ACTIONS: Final = frozenset({"kms:CreateKey", "kms:EnableKeyRotation"})
_SCALING_SERVICE: Final = "dynamodb.application-autoscaling.amazonaws.com"


def deploy_statements(bundle: Bundle, names: Names) -> list[Statement]:
    """Let a role create, read, update and delete the resources of one stack.

    The deploy role of a protected stack cannot delete what holds data or must not be replaced,
    whatever Pulumi is told to do.
    """
    statements: list[Statement] = []
    everywhere: set[str] = set()
    for place in (each for each in Place if each.bundle is bundle):
        reads = {action for type_ in _types_of(place) for action in type_.reads}
        actions = {
            action for type_ in _types_of(place) for action in deploy_actions(type_, names.stack)
        } - _NEW_KEY_ACTIONS
        everywhere |= actions & UNCONFINED.keys()
        confined, resources = actions - UNCONFINED.keys(), arns(place, names)
        limits = conditions(place, names)
        if limits:
            # Not every reading action knows the condition, and what an action does not know does
            # not hold.
            free = confined & (reads | UNCONDITIONED)
            if free:
                statements.append(allow(f"Any{place}", " ".join(sorted(free)), resources))
            confined -= free
        statements.append(allow(place.value, " ".join(sorted(confined)), resources, limits))
    return [*statements, *_unconfined(everywhere), *_beside(bundle, names)]


def drift_statements(names: Names) -> list[Statement]:
    """Let a role query `events` of one stack as an analyst does, who needs no console.

    The key is made later, with the stack, so that it is known by its alias alone: one without an
    alias is somebody else's.
    """
    *others, key = [
        each for each in analyst_statements(names, any_key(names)) if each["Sid"] != CONSOLE
    ]
    by_alias = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": [names.key_alias]}}
    confined = {**cast("dict[str, object]", key["Condition"]), **by_alias}
    return [*others, {**key, "Condition": confined}]


def deploy_actions(type_: ResourceType, stack: str) -> tuple[str, ...]:
    """Returns all actions that the deploy role of a stack needs for a type."""
    keeps = type_.holds_data and stack in PROTECTED_STACKS
    return (*type_.reads, *type_.writes, *(() if keeps else type_.deletes))


def _types_of(place: Place) -> Iterable[ResourceType]:
    return (type_ for type_ in RESOURCE_TYPES if type_.place is place)


def _unconfined(actions: set[str]) -> list[Statement]:
    return [allow("Unconfined", " ".join(sorted(actions)), ["*"])] if actions else []


def _beside(bundle: Bundle, names: Names) -> list[Statement]:
    """What AWS asks of whoever makes a resource, beside the actions on the resource itself."""
    match bundle:
        case Bundle.STORAGE:
            return [*_for_a_new_key(names), *_for_the_table(names)]
        case Bundle.COMPUTE:
            return [
                _pass_roles("PassToLambda", names, "lambda", names.function_role, names.mover_role),
                _pass_roles("PassToFirehose", names, "firehose", names.delivery_role),
            ]
        case Bundle.CATALOG:
            return [_pass_roles("PassToGlue", names, "glue", names.crawler_role)]
        case Bundle.WATCH:
            return [
                _pass_roles("PassToStates", names, "states", names.move_machine_role),
                _pass_roles("PassToScheduler", names, "scheduler", names.move_schedule_role),
            ]


def _for_a_new_key(names: Names) -> list[Statement]:
    return [
        allow("NewKey", "kms:CreateKey TagResource", ["*"], key_to_be(names)),
        allow("NewKeyRotation", "kms:EnableKeyRotation", arns(Place.KEY, names), new_key(names)),
    ]


def _for_the_table(names: Names) -> list[Statement]:
    service_role = (
        f"arn:{names.partition}:iam::{names.account_id}:role/aws-service-role/{_SCALING_SERVICE}"
        "/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
    )
    alarms = (
        f"arn:{names.partition}:cloudwatch:{names.region}:{names.account_id}:alarm:"
        f"TargetTracking-table/{names.claims_table}-*"
    )
    return [
        # DynamoDB makes its grant with the rights of whoever creates the table:
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
        allow(
            "KeyOfTable",
            _TABLE_KEY_ACTIONS,
            arns(Place.KEY, names),
            {
                "StringEquals": {"kms:ViaService": names.service_endpoint("dynamodb")},
                **new_key(names),
            },
        ),
        # So does autoscaling with its alarms:
        # https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html
        allow("ScalingAlarms", "cloudwatch:DeleteAlarms DescribeAlarms PutMetricAlarm", [alarms]),
        allow(
            "ScalingRole",
            "iam:CreateServiceLinkedRole",
            [service_role],
            {"StringEquals": {"iam:AWSServiceName": _SCALING_SERVICE}},
        ),
    ]


def _pass_roles(sid: str, names: Names, service: str, *roles: str) -> Statement:
    to_service = {"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}}
    return allow(sid, "iam:PassRole", [names.role_arn(role) for role in roles], to_service)
